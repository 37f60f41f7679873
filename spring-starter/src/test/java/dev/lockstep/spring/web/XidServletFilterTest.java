package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.TmOptions;
import io.seata.core.context.RootContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class XidServletFilterTest {

    private static final String XID = "10.0.0.5:8091:123";

    private final XidServletFilter filter = new XidServletFilter((xid, headers) -> true, () -> null);
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final List<String> seen = new ArrayList<>();
    private final FilterChain chain = (req, res) -> seen.add(String.valueOf(RootContext.getXID()));

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
    }

    @Test
    void a_request_runs_in_the_global_transaction_that_its_header_names() throws Exception {
        request.addHeader("TX_XID", XID);

        filter.doFilter(request, response, chain);

        assertThat(seen).containsExactly(XID);
        assertThat(GlobalScope.current()).isNull();
        assertThat(MDC.get("X-TX-XID")).isNull();
    }

    @Test
    void a_request_without_header_does_not_see_what_was_left_on_the_thread() throws Exception {
        RootContext.bind("10.0.0.5:8091:1");

        filter.doFilter(request, response, chain);

        assertThat(seen).containsExactly("null");
        assertThat(RootContext.getXID()).isEqualTo("10.0.0.5:8091:1");
    }

    @Test
    void the_header_goes_before_what_was_left_on_the_thread() throws Exception {
        RootContext.bind("10.0.0.5:8091:1");
        request.addHeader("TX_XID", XID);

        filter.doFilter(request, response, chain);

        assertThat(seen).containsExactly(XID);
        assertThat(RootContext.getXID()).isEqualTo("10.0.0.5:8091:1");
    }

    @Test
    void the_thread_is_clean_after_an_exception() {
        request.addHeader("TX_XID", XID);

        assertThatThrownBy(() -> filter.doFilter(request, response, (req, res) -> {
                    throw new ServletException("broken");
                }))
                .hasMessage("broken");
        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void the_thread_is_clean_even_if_the_request_binds_another_xid_by_itself() throws Exception {
        request.addHeader("TX_XID", XID);

        filter.doFilter(request, response, (req, res) -> RootContext.bind("10.0.0.5:8091:9"));

        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void the_thread_is_clean_when_the_request_becomes_asynchronous() throws Exception {
        request.setAsyncSupported(true);
        request.addHeader("TX_XID", XID);

        filter.doFilter(request, response, (req, res) -> req.startAsync());

        assertThat(request.isAsyncStarted()).isTrue();
        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void the_dispatch_that_ends_an_asynchronous_request_is_part_of_the_global_transaction() throws Exception {
        request.setAsyncSupported(true);
        request.addHeader("TX_XID", XID);
        filter.doFilter(request, response, (req, res) -> req.startAsync());

        request.setDispatcherType(DispatcherType.ASYNC);
        filter.doFilter(request, response, chain);

        assertThat(seen).containsExactly(XID);
        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void an_asynchronous_request_is_one_call_that_ends_when_it_is_complete() throws Exception {
        var coordinator = new RecordingCoordinator();
        var transactions = new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));
        var asking = new XidServletFilter((xid, headers) -> true, () -> transactions);
        var scopes = new ArrayList<GlobalScope>();
        request.setAsyncSupported(true);
        request.addHeader("TX_XID", XID);

        asking.doFilter(request, response, (req, res) -> {
            scopes.add(GlobalScope.current());
            scopes.get(0).setRollbackOnly("no credit");
            req.startAsync();
        });
        assertThat(response.getHeader("Lockstep-Rollback-Only")).isEqualTo("no credit");
        assertThat(coordinator.events()).isEmpty();

        request.setAsyncStarted(false);
        request.setDispatcherType(DispatcherType.ASYNC);
        asking.doFilter(request, response, (req, res) -> scopes.add(GlobalScope.current()));

        assertThat(scopes).hasSize(2).containsOnly(scopes.get(0));
        assertThat(coordinator.events()).containsExactly("rollback");
    }

    @Test
    void an_asynchronous_request_that_nobody_dispatches_again_ends_with_it() throws Exception {
        var coordinator = new RecordingCoordinator();
        var transactions = new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));
        request.setAsyncSupported(true);
        request.addHeader("TX_XID", XID);

        new XidServletFilter((xid, headers) -> true, () -> transactions).doFilter(request, response, (req, res) -> {
            GlobalScope.current().setRollbackOnly("no credit");
            req.startAsync();
        });
        request.getAsyncContext().complete();

        assertThat(coordinator.events()).containsExactly("rollback");
    }

    @Test
    void work_that_fails_after_the_answer_has_left_is_rolled_back_and_touches_no_response_used_before()
            throws Exception {
        var coordinator = new RecordingCoordinator();
        var transactions = new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));
        var kept = new ArrayList<ScopeHandover>();
        var recycled = new MockHttpServletResponse() {
            private boolean over;

            @Override
            public boolean isCommitted() {
                if (over) {
                    throw new IllegalStateException("The response object has been recycled");
                }
                return super.isCommitted();
            }
        };
        request.addHeader("TX_XID", XID);
        new XidServletFilter((xid, headers) -> true, () -> transactions)
                .doFilter(request, recycled, (req, res) -> kept.add(ScopeHandover.ofThread()));
        recycled.over = true;

        kept.get(0).takeUp();
        try {
            assertThatThrownBy(() -> new GlobalTransactionTemplate(transactions)
                            .execute(GlobalTransactionDefinition.named("pay"), () -> {
                                throw new IllegalStateException("no credit");
                            }))
                    .hasMessage("no credit");
        } finally {
            ScopeHandover.clear();
        }

        assertThat(coordinator.events()).containsExactly("rollback");
    }

    @Test
    void a_request_whose_xid_the_application_does_not_accept_runs_without() throws Exception {
        request.addHeader("TX_XID", XID);
        request.addHeader("From", "stranger");

        new XidServletFilter((xid, headers) -> "friend".equals(headers.getFirst("From")), () -> null)
                .doFilter(request, response, chain);

        assertThat(seen).containsExactly("null");
        assertThat(response.getStatus()).isEqualTo(200);
    }

    @Test
    void text_that_is_no_xid_is_refused_and_the_request_does_not_run() throws Exception {
        request.addHeader("TX_XID", "'; drop table undo_log; --");
        var untouched = new MockFilterChain();

        filter.doFilter(request, response, untouched);

        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(untouched.getRequest()).isNull();
        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void a_blank_header_is_no_header() throws Exception {
        request.addHeader("TX_XID", " ");

        filter.doFilter(request, response, chain);

        assertThat(seen).containsExactly("null");
    }
}

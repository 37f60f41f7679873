package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import dev.lockstep.spring.kotlin.Handlers;
import io.seata.core.context.RootContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import reactor.core.publisher.Hooks;

/** Handlers compiled by Kotlin's own compiler, run by Spring MVC, as an application has them by default. */
@ExtendWith(OutputCaptureExtension.class)
class SuspendingHandlersTest {

    private static final String XID = "10.0.0.5:8091:123";

    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new Handlers())
            .addFilters(new XidServletFilter((xid, headers) -> true, () -> null))
            .build();
    private final boolean automatic = Hooks.isAutomaticContextPropagationEnabled();

    @BeforeEach
    void asByDefault() {
        Hooks.disableAutomaticContextPropagation();
    }

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
        if (automatic) {
            Hooks.enableAutomaticContextPropagation();
        }
    }

    @Test
    void a_suspending_handler_takes_the_global_transaction_along_by_an_element_of_its_coroutine() throws Exception {
        assertThat(answer("/carried")).isEqualTo(XID + " " + XID);
    }

    @Test
    void one_that_may_lose_it_is_told_of_once(CapturedOutput output) throws Exception {
        assertThat(answer("/suspended")).isEqualTo(XID + " null");
        assertThat(answer("/suspended")).isEqualTo(XID + " null");
        assertThat(answer("/plain")).isEqualTo(XID);

        assertThat(output.getOut())
                .containsOnlyOnce("Handlers.suspended took part in a global transaction")
                .contains("withContext(GlobalTransactionElement())")
                .contains("logging.level.dev.lockstep.spring.web.SuspendingHandlers=error")
                .doesNotContain("Handlers.plain");
    }

    @Test
    void nothing_is_told_where_no_xid_came(CapturedOutput output) throws Exception {
        MvcResult begun = mvc.perform(get("/suspended")).andReturn();
        mvc.perform(asyncDispatch(begun)).andReturn();

        assertThat(output.getOut()).doesNotContain("Handlers.suspended");
    }

    private String answer(String path) throws Exception {
        MvcResult answer = mvc.perform(get(path).header("TX_XID", XID)).andReturn();
        if (answer.getRequest().isAsyncStarted()) {
            answer = mvc.perform(asyncDispatch(answer)).andReturn();
        }
        return answer.getResponse().getContentAsString();
    }
}

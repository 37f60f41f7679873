package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.testing.tc.TcServer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.beans.factory.annotation.Autowired;

@WithTc("1.8.0")
class RealTcIT extends ShopContract {

    @Autowired
    TcServer tc;

    @Autowired
    SeataRpcClient client;

    /** The first calls of a TC and of a client may take longer than a begin in an application waits for its answer. */
    @BeforeEach
    void await_the_tc() {
        await().atMost(Duration.ofSeconds(60)).until(() -> client.state().isUsable());
    }

    @Test
    void the_application_talks_to_the_tc_of_the_test_and_not_to_that_of_its_properties() {
        assertThat(client.stateOnceDecided().nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.address()).hasToString(tc.address()));
    }

    /**
     * A heartbeat each 5 s is two or three, and a thread without work looks around now and then. The official client lets a
     * thread look for requests to merge a thousand times a second (2.0.0, measured).
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void an_application_that_has_nothing_to_do_lets_its_threads_sleep() {
        shop.sell("bike", 1, true);
        transactions.assertLast().isCommitted().leavesNothing();

        long before = WokenThreads.count();
        assertThat(before).isPositive();
        await().during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(9))
                .until(() -> WokenThreads.count() - before < 25);
    }
}

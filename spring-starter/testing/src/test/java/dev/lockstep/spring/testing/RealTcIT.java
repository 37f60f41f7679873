package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@WithTc("1.8.0")
class RealTcIT extends ShopContract {

    @Autowired
    TcServer tc;

    @Autowired
    SeataRpcClient client;

    @Test
    void the_application_talks_to_the_tc_of_the_test_and_not_to_that_of_its_properties() {
        assertThat(client.state().nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.address()).hasToString(tc.address()));
    }
}

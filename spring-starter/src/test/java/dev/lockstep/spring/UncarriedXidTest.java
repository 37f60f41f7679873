package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class UncarriedXidTest {

    private static void startWith(String... classes) {
        new UncarriedXid(Set.of(classes)::contains).tell();
    }

    @Test
    void an_rpc_without_the_library_that_carries_the_xid_is_told_of(CapturedOutput output) {
        startWith("org.apache.dubbo.rpc.Invoker", "net.devh.boot.grpc.client.inject.GrpcClient");

        assertThat(output.getAll().lines().filter(line -> line.contains("WARN")))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .contains("[starter] Dubbo is there", "org.apache.dubbo.extensions:dubbo-filter-seata"))
                .anySatisfy(line -> assertThat(line).contains("[starter] gRPC is there", "io.seata:seata-grpc"));
    }

    @Test
    void the_line_names_the_setting_that_keeps_it_quiet(CapturedOutput output) {
        startWith("org.apache.dubbo.rpc.Invoker");

        assertThat(output.getAll().lines().filter(line -> line.contains("WARN")))
                .singleElement(STRING)
                .contains("logging.level.dev.lockstep.spring.UncarriedXid=error");
    }

    @Test
    void nothing_is_said_where_the_xid_is_carried_or_there_is_no_rpc(CapturedOutput output) {
        startWith();
        startWith("org.apache.dubbo.rpc.Invoker", "org.apache.dubbo.seata.SeataTransactionPropagationConsumerFilter");

        assertThat(output).doesNotContain("WARN");
    }
}

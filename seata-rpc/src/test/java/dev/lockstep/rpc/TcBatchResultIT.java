package dev.lockstep.rpc;

import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** Reports to a TC that is set to answer merged frames by batch results (121), in any order and number. */
@Tag("long")
@Tag("tc-matrix")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcBatchResultIT extends TcReportContract {

    TcBatchResultIT() {
        super(
                TcServer.version("2.0.0")
                        .systemProperty("seata.transport.enable-tc-server-batch-send-response", "true")
                        .start(),
                true);
    }

    @AfterAll
    void stop() {
        tc.close();
    }
}

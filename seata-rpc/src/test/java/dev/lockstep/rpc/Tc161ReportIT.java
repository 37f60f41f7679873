package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Reports to TC 1.6.1, to which nothing is merged. */
@Tag("long")
@Tag("tc-matrix")
class Tc161ReportIT extends TcReportContract {

    Tc161ReportIT(@SharedTc("1.6.1") TcServer tc) {
        super(tc, false);
    }
}

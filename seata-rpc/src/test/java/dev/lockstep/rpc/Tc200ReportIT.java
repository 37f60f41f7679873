package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Reports to TC 2.0.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc200ReportIT extends TcReportContract {

    Tc200ReportIT(@SharedTc("2.0.0") TcServer tc) {
        super(tc, true);
    }
}

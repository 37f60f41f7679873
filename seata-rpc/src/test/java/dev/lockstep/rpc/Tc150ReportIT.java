package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Reports to TC 1.5.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc150ReportIT extends TcReportContract {

    Tc150ReportIT(@SharedTc("1.5.0") TcServer tc) {
        super(tc, true);
    }
}

package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Reports to TC 1.7.1. */
@Tag("long")
@Tag("tc-matrix")
class Tc171ReportIT extends TcReportContract {

    Tc171ReportIT(@SharedTc("1.7.1") TcServer tc) {
        super(tc, true);
    }
}

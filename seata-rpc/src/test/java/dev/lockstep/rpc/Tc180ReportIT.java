package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

/** Reports to TC 1.8.0, which handles them in parallel. */
class Tc180ReportIT extends TcReportContract {

    Tc180ReportIT(@SharedTc("1.8.0") TcServer tc) {
        super(tc, true);
    }
}

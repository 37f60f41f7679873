package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

/** Reports to TC 1.4.2, which handles the parts of a merged frame one after the other. */
class Tc142ReportIT extends TcReportContract {

    Tc142ReportIT(@SharedTc("1.4.2") TcServer tc) {
        super(tc, true);
    }
}

package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

class LostOutcomeOnTc180IT extends LostOutcomeContract {

    LostOutcomeOnTc180IT(@SharedTc("1.8.0") TcServer tc) {
        super(tc);
    }
}

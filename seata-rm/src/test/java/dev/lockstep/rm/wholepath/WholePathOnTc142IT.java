package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

class WholePathOnTc142IT extends WholePathContract {

    WholePathOnTc142IT(@SharedTc("1.4.2") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** The one version that rolls branches back in the order of their registration. */
@Tag("long")
@Tag("tc-matrix")
class WholePathOnTc200IT extends WholePathContract {

    WholePathOnTc200IT(@SharedTc("2.0.0") TcServer tc) {
        super(tc);
    }
}

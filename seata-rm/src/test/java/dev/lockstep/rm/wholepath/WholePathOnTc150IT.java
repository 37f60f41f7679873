package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
@Tag("tc-matrix")
class WholePathOnTc150IT extends WholePathContract {

    WholePathOnTc150IT(@SharedTc("1.5.0") TcServer tc) {
        super(tc);
    }
}

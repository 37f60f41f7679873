package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
@Tag("tc-matrix")
class WholePathOnTc161IT extends WholePathContract {

    WholePathOnTc161IT(@SharedTc("1.6.1") TcServer tc) {
        super(tc);
    }
}

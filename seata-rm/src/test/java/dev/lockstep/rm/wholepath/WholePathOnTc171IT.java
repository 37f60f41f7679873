package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
@Tag("tc-matrix")
class WholePathOnTc171IT extends WholePathContract {

    WholePathOnTc171IT(@SharedTc("1.7.1") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rm.wholepath;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
@Tag("tc-matrix")
class LostOutcomeOnTc200IT extends LostOutcomeContract {

    LostOutcomeOnTc200IT(@SharedTc("2.0.0") TcServer tc) {
        super(tc);
    }
}

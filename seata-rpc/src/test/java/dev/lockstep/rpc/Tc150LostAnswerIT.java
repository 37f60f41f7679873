package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 1.5.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc150LostAnswerIT extends LostAnswerContract {

    Tc150LostAnswerIT(@SharedTc("1.5.0") TcServer tc) {
        super(tc);
    }
}

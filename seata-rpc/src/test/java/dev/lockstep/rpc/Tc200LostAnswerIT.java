package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 2.0.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc200LostAnswerIT extends LostAnswerContract {

    Tc200LostAnswerIT(@SharedTc("2.0.0") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 1.8.0, in {@code verify} too. */
@Tag("tc-matrix")
class Tc180LostAnswerIT extends LostAnswerContract {

    Tc180LostAnswerIT(@SharedTc("1.8.0") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 1.4.2. */
@Tag("long")
@Tag("tc-matrix")
class Tc142LostAnswerIT extends LostAnswerContract {

    Tc142LostAnswerIT(@SharedTc("1.4.2") TcServer tc) {
        super(tc);
    }
}

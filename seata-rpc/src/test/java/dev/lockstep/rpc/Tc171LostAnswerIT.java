package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 1.7.1. */
@Tag("long")
@Tag("tc-matrix")
class Tc171LostAnswerIT extends LostAnswerContract {

    Tc171LostAnswerIT(@SharedTc("1.7.1") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** Connections cut around the calls to TC 1.6.1. */
@Tag("long")
@Tag("tc-matrix")
class Tc161LostAnswerIT extends LostAnswerContract {

    Tc161LostAnswerIT(@SharedTc("1.6.1") TcServer tc) {
        super(tc);
    }
}

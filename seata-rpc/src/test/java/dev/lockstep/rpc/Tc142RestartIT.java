package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 1.4.2 killed and started again. */
@Tag("long")
@Tag("tc-matrix")
class Tc142RestartIT extends TcRestartContract {

    Tc142RestartIT() {
        super("1.4.2");
    }
}

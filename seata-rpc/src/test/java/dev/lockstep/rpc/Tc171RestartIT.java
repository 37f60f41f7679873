package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 1.7.1 killed and started again. */
@Tag("long")
@Tag("tc-matrix")
class Tc171RestartIT extends TcRestartContract {

    Tc171RestartIT() {
        super("1.7.1");
    }
}

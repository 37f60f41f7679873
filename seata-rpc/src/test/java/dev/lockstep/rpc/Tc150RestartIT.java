package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 1.5.0 killed and started again. */
@Tag("long")
@Tag("tc-matrix")
class Tc150RestartIT extends TcRestartContract {

    Tc150RestartIT() {
        super("1.5.0");
    }
}

package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 2.0.0 killed and started again. */
@Tag("long")
@Tag("tc-matrix")
class Tc200RestartIT extends TcRestartContract {

    Tc200RestartIT() {
        super("2.0.0");
    }
}

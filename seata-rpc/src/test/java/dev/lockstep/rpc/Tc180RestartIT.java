package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 1.8.0 killed and started again, in {@code verify} too. */
@Tag("tc-matrix")
class Tc180RestartIT extends TcRestartContract {

    Tc180RestartIT() {
        super("1.8.0");
    }
}

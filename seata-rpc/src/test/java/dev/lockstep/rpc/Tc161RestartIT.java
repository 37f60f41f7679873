package dev.lockstep.rpc;

import org.junit.jupiter.api.Tag;

/** TC 1.6.1 killed and started again. */
@Tag("long")
@Tag("tc-matrix")
class Tc161RestartIT extends TcRestartContract {

    Tc161RestartIT() {
        super("1.6.1");
    }
}

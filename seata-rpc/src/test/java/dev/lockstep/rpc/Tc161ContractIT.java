package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** The contract on TC 1.6.1. */
@Tag("long")
@Tag("tc-matrix")
class Tc161ContractIT extends TcContract {

    Tc161ContractIT(@SharedTc("1.6.1") TcServer tc) {
        super(tc);
    }
}

package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** The contract on TC 2.0.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc200ContractIT extends TcContract {

    Tc200ContractIT(@SharedTc("2.0.0") TcServer tc) {
        super(tc);
    }
}

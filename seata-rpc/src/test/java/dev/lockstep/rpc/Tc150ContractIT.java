package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** The contract on TC 1.5.0. */
@Tag("long")
@Tag("tc-matrix")
class Tc150ContractIT extends TcContract {

    Tc150ContractIT(@SharedTc("1.5.0") TcServer tc) {
        super(tc);
    }
}

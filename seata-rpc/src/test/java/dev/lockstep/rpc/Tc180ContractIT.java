package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

/** The contract on TC 1.8.0. */
class Tc180ContractIT extends TcContract {

    Tc180ContractIT(@SharedTc("1.8.0") TcServer tc) {
        super(tc);
    }
}

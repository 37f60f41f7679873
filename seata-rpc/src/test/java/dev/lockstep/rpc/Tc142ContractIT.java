package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;

/** The contract on TC 1.4.2. */
class Tc142ContractIT extends TcContract {

    Tc142ContractIT(@SharedTc("1.4.2") TcServer tc) {
        super(tc);
    }
}

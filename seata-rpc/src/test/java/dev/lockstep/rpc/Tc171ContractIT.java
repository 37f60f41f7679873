package dev.lockstep.rpc;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import org.junit.jupiter.api.Tag;

/** The contract on TC 1.7.1. */
@Tag("long")
@Tag("tc-matrix")
class Tc171ContractIT extends TcContract {

    Tc171ContractIT(@SharedTc("1.7.1") TcServer tc) {
        super(tc);
    }
}

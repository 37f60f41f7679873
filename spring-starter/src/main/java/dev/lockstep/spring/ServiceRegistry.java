package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;

/** A registry in which the TCs can be looked up by a name. */
interface ServiceRegistry {

    /** Whether there is anything to ask. */
    boolean isThere();

    /** @return follows the instances of the service until it is closed */
    Discovery follow(TcService service);
}

package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one TC node at one moment.
 *
 * @param connections registered connections to it
 * @param setAside whether it has failed several times in a row and not answered since
 * @param named whether the discovery still names it; if not, only transactions begun there are asked about
 * @param inFlight requests that wait for its answer
 * @param tcVersion as the TC gave it; null while not connected
 * @param lastError why the last attempt to connect failed, or the last connection ended; null if neither has happened since
 *     the last success
 */
public record NodeState(
        TcAddress address,
        int connections,
        boolean setAside,
        boolean named,
        int inFlight,
        @Nullable String tcVersion,
        @Nullable String lastError) {

    /** Whether there is a registered connection to it. */
    public boolean isConnected() {
        return connections > 0;
    }
}

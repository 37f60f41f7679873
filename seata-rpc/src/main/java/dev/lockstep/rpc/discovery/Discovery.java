package dev.lockstep.rpc.discovery;

import java.util.List;

/**
 * The plug for whatever knows the TC nodes: a fixed list, DNS, a registry. The mapping from transaction service group to
 * nodes is the client's affair alone, the TC does not look at the group; so a discovery is made for one group.
 *
 * <p>Implementations are thread-safe.
 */
public interface Discovery {

    /** The nodes known now, without duplicates; empty while none is known. Does not block. */
    List<TcAddress> addresses();

    /**
     * Asks to be told whenever {@link #addresses()} has changed.
     *
     * @param notice reads the addresses anew; short, may be called on any thread and more often than needed
     * @return ends the subscription
     */
    Subscription onChange(Runnable notice);

    /** A wish to be told, until it is closed. */
    interface Subscription extends AutoCloseable {

        @Override
        void close();
    }
}

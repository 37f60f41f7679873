package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionException;
import dev.lockstep.tm.OutgoingCall;
import dev.lockstep.tm.ScopeHandover;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/** Makes the calls of every kind of client: the one place that decides whether the xid goes along. Thread-safe. */
final class OutgoingCalls {

    private final Supplier<OutgoingXidPolicy> policy;

    /** @param policy asked for at the first call: clients are there before most beans */
    OutgoingCalls(Supplier<OutgoingXidPolicy> policy) {
        this.policy = SingletonSupplier.of(policy);
    }

    /**
     * A call of this thread, or null when nothing goes along. Begins a lazy global transaction only for a call that it goes
     * along with.
     *
     * @param uri asked for inside a global transaction only
     * @throws GlobalTransactionException if it cannot be begun: the call must not be made
     */
    @Nullable
    OutgoingCall ofThread(Supplier<URI> uri) {
        return GlobalScope.current() != null && policy.get().sends(uri.get()) ? OutgoingCall.ofThread() : null;
    }

    /** The same for what a library has carried here, whatever this thread works for. */
    @Nullable
    OutgoingCall of(ScopeHandover carried, URI uri) {
        return policy.get().sends(uri) ? carried.outgoingCall() : null;
    }
}

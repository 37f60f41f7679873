package dev.lockstep.spring.web;

import dev.lockstep.tm.ScopeHandover;
import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.ThreadContextElement;
import org.jspecify.annotations.Nullable;

/**
 * Carries the global transaction of a thread with a coroutine of Kotlin, to whatever thread that goes on:
 *
 * <pre>{@code
 * suspend fun take(item: String) = withContext(GlobalTransactionElement()) { ... }
 * fun list(): Flow<Item> = items.flowOn(GlobalTransactionElement())
 * }</pre>
 *
 * <p>Make it before the coroutine is suspended for the first time: without it, it is outside the global transaction from there
 * on, and an element that is made there carries nothing. The suspending handlers of WebFlux have it by themselves. Immutable; may
 * be used for several coroutines, also at once.
 */
public final class GlobalTransactionElement extends AbstractCoroutineContextElement
        implements ThreadContextElement<@Nullable ScopeHandover> {

    private static final CoroutineContext.Key<GlobalTransactionElement> KEY = new CoroutineContext.Key<>() {};

    private final @Nullable ScopeHandover carried;

    /** Of what this thread works for now; where that is no global transaction, the coroutine works for none. */
    public GlobalTransactionElement() {
        this(ScopeHandover.ofThread());
    }

    GlobalTransactionElement(@Nullable ScopeHandover carried) {
        super(KEY);
        this.carried = carried;
    }

    @Override
    public @Nullable ScopeHandover updateThreadContext(CoroutineContext context) {
        ScopeHandover before = ScopeHandover.ofThread();
        if (carried == null) {
            ScopeHandover.clear();
        } else {
            carried.takeUp();
        }
        return before;
    }

    @Override
    public void restoreThreadContext(CoroutineContext context, @Nullable ScopeHandover before) {
        if (before == null) {
            ScopeHandover.clear();
        } else {
            before.restore();
        }
    }
}

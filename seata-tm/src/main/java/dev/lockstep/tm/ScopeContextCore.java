package dev.lockstep.tm;

import io.seata.common.loader.LoadLevel;
import io.seata.core.context.ContextCore;
import io.seata.core.context.RootContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The store behind {@link RootContext}: keeps the {@link GlobalScope} of each thread, so that a library that reads the
 * xid from RootContext and code of ours that reads the scope can never see two different transactions.
 *
 * <p>Every way to read the xid here begins a global transaction that has not begun: whoever reads it may send it to another
 * service or register a branch with it. That is so for {@code get} and {@code entries}, and for {@code put} and {@code
 * remove}, which give what was there before.
 *
 * <p>Found by seata-core's loader through {@code META-INF/services}; its order lies above the two that seata-core brings.
 * Holds the one thread-local of this project. Thread-safe: every thread sees only its own binding.
 */
@LoadLevel(name = "lockstep", order = 1000)
public final class ScopeContextCore implements ContextCore {

    private static final ThreadLocal<@Nullable Binding> BINDING = new ThreadLocal<>();

    /** What one thread is bound to. Confined to that thread. */
    private static final class Binding {

        /**
         * The scope that the call which made this binding entered. Another library may unbind its xid for a while, as the
         * official client suspends a transaction, and bind it again: it must get this scope back and no second one, which
         * would know nothing of the local work of the first.
         */
        final @Nullable GlobalScope entered;

        @Nullable
        GlobalScope scope;

        @Nullable
        GlobalLockScope lock;

        /** One that was set aside with the scope around this one, for work that {@link #suspend suspends} this. */
        @Nullable
        GlobalLockScope lockAround;

        /** Whatever else other libraries keep in RootContext, such as a branch type. */
        Map<String, Object> others = Map.of();

        /** Where to go back to in place of this one; null while what entered it has not ended. See {@link #skip}. */
        @Nullable
        Surrounding around;

        Binding(@Nullable GlobalScope entered) {
            this.entered = entered;
            this.scope = entered;
        }

        boolean isEmpty() {
            return entered == null && scope == null && lock == null && others.isEmpty();
        }

        @Nullable
        Object put(String key, Object value) {
            if (others.isEmpty()) {
                others = new HashMap<>(4);
            }
            return others.put(key, value);
        }

        @Nullable
        Object remove(String key) {
            return others.isEmpty() ? null : others.remove(key);
        }
    }

    /** All that a thread was bound to before a call of ours; for {@link #leave}. */
    static final class Surrounding {

        private static final Surrounding NOTHING = new Surrounding(null);

        private final @Nullable Binding binding;

        private Surrounding(@Nullable Binding binding) {
            this.binding = binding;
        }
    }

    /** Called by seata-core's loader. */
    public ScopeContextCore() {}

    static @Nullable GlobalScope currentScope() {
        Binding binding = BINDING.get();
        return binding == null ? null : binding.scope;
    }

    static @Nullable GlobalLockScope currentLock() {
        Binding binding = BINDING.get();
        return binding == null ? null : binding.lock;
    }

    /** All that this thread is bound to, for {@link #leave}; null when that is nothing. */
    static @Nullable Surrounding ofThread() {
        Binding binding = BINDING.get();
        return binding == null ? null : new Surrounding(binding);
    }

    /** Whether this thread is bound to just that, which is only so on the thread that it was found on. */
    static boolean isOfThread(Surrounding surrounding) {
        return BINDING.get() == surrounding.binding;
    }

    static void bindLock(@Nullable GlobalLockScope lock) {
        Binding binding = lock == null ? BINDING.get() : bindingOfThread();
        if (binding != null) {
            binding.lock = lock;
            forgetIfEmpty(binding);
        }
    }

    /**
     * Lets this thread work for another scope until {@link #leave}. All that is bound beside the xid of a global
     * transaction belongs to it and is set aside with it; beside no xid it stays visible. A {@link GlobalLockScope} is kept in
     * both cases, for work that {@linkplain #suspend suspends} the scope.
     *
     * @return what the thread was bound to before
     */
    static Surrounding enter(GlobalScope scope) {
        Binding outer = BINDING.get();
        Binding inner = new Binding(scope);
        if (outer != null) {
            inner.lockAround = lockAtOrAround(outer);
            if (outer.scope == null) {
                inner.lock = outer.lock;
                inner.others = outer.others.isEmpty() ? outer.others : new HashMap<>(outer.others);
            }
        }
        return replace(outer, inner);
    }

    /**
     * Lets this thread work for no global transaction until {@link #leave}. Of all that it is bound to only a {@link
     * GlobalLockScope} stays, the nearest: what is written now needs it.
     *
     * @return what the thread was bound to before
     */
    static Surrounding suspend() {
        Binding outer = BINDING.get();
        GlobalLockScope lock = outer == null ? null : lockAtOrAround(outer);
        Binding inner = null;
        if (lock != null) {
            inner = new Binding(null);
            inner.lock = lock;
        }
        return replace(outer, inner);
    }

    private static @Nullable GlobalLockScope lockAtOrAround(Binding binding) {
        return binding.lock != null ? binding.lock : binding.lockAround;
    }

    /**
     * Sets all that is bound to this thread aside until {@link #leave}, and lets it work for this scope alone, or for none.
     *
     * @return what the thread was bound to before
     */
    static Surrounding enterAlone(@Nullable GlobalScope scope) {
        return replace(BINDING.get(), scope == null ? null : new Binding(scope));
    }

    /** Goes back to what was found at the entry, whatever has been bound or unbound since. On the same thread. */
    static void leave(Surrounding surrounding) {
        Binding outer = surrounding.binding;
        while (outer != null && outer.around != null) {
            outer = outer.around.binding;
        }
        replace(null, outer);
    }

    /**
     * What was entered on this thread has ended while something else is bound. Whoever leaves that does not go back to what has
     * ended, but to what was found at its entry.
     */
    static void skip(Surrounding ended, Surrounding around) {
        if (ended.binding != null) {
            ended.binding.around = around;
        }
    }

    private static Surrounding replace(@Nullable Binding outer, @Nullable Binding inner) {
        if (inner == null) {
            BINDING.remove();
        } else {
            BINDING.set(inner);
        }
        showInLogs(inner == null ? null : inner.scope);
        return outer == null ? Surrounding.NOTHING : new Surrounding(outer);
    }

    /** The TC has given the scope its xid, on whatever thread. */
    static void begun(GlobalScope scope) {
        if (currentScope() == scope) {
            showInLogs(scope);
        }
    }

    private static void showInLogs(@Nullable GlobalScope scope) {
        String xid = scope == null ? null : scope.xidIfBegun();
        if (xid == null) {
            MDC.remove(RootContext.MDC_KEY_XID);
        } else {
            MDC.put(RootContext.MDC_KEY_XID, xid);
        }
    }

    /** Fails unless RootContext really keeps its xid here. */
    static void requireInPlace() {
        Surrounding surrounding = enterAlone(GlobalScope.boundElsewhere("probe"));
        try {
            if (!"probe".equals(RootContext.getXID())) {
                throw new IllegalStateException(
                        "io.seata.core.context.RootContext does not use " + ScopeContextCore.class
                                + ": another library has put its own ContextCore before it, so the xid of a global transaction"
                                + " would not be seen by everybody. Remove that library's META-INF/services/"
                                + ContextCore.class.getName() + ".");
            }
        } finally {
            leave(surrounding);
        }
    }

    @Override
    public @Nullable Object put(String key, Object value) {
        if (RootContext.KEY_XID.equals(key)) {
            return rebind((String) value);
        }
        Binding binding = bindingOfThread();
        if (RootContext.KEY_GLOBAL_LOCK_FLAG.equals(key)) {
            Object previous = flag(binding);
            binding.lock = GlobalLockScope.PLAIN;
            return previous;
        }
        return binding.put(key, value);
    }

    @Override
    public @Nullable Object get(String key) {
        Binding binding = BINDING.get();
        if (binding == null) {
            return null;
        }
        if (RootContext.KEY_XID.equals(key)) {
            return binding.scope == null ? null : binding.scope.xid();
        }
        return RootContext.KEY_GLOBAL_LOCK_FLAG.equals(key) ? flag(binding) : binding.others.get(key);
    }

    @Override
    public @Nullable Object remove(String key) {
        if (RootContext.KEY_XID.equals(key)) {
            return rebind(null);
        }
        Binding binding = BINDING.get();
        if (binding == null) {
            return null;
        }
        Object previous;
        if (RootContext.KEY_GLOBAL_LOCK_FLAG.equals(key)) {
            previous = flag(binding);
            binding.lock = null;
        } else {
            previous = binding.remove(key);
        }
        forgetIfEmpty(binding);
        return previous;
    }

    @Override
    public Map<String, Object> entries() {
        Binding binding = BINDING.get();
        if (binding == null) {
            return Map.of();
        }
        Map<String, Object> entries = new HashMap<>(binding.others);
        if (binding.scope != null) {
            entries.put(RootContext.KEY_XID, binding.scope.xid());
        }
        if (binding.lock != null) {
            entries.put(RootContext.KEY_GLOBAL_LOCK_FLAG, RootContext.VALUE_GLOBAL_LOCK_FLAG);
        }
        return entries;
    }

    private static @Nullable Object flag(Binding binding) {
        return binding.lock == null ? null : RootContext.VALUE_GLOBAL_LOCK_FLAG;
    }

    /** Another library binds an xid, or unbinds it; returns the xid bound before. */
    private static @Nullable String rebind(@Nullable String xid) {
        Binding binding = BINDING.get();
        GlobalScope previous = binding == null ? null : binding.scope;
        String previousXid = previous == null ? null : previous.xid();
        if (xid == null) {
            if (binding != null) {
                binding.scope = null;
                forgetIfEmpty(binding);
            }
        } else if (!xid.equals(previousXid)) {
            Binding bound = bindingOfThread();
            GlobalScope entered = bound.entered;
            bound.scope =
                    entered != null && xid.equals(entered.xidIfBegun()) ? entered : GlobalScope.boundElsewhere(xid);
        }
        GlobalScope now = currentScope();
        if (previous != null && previous != now && previous != binding.entered) {
            previous.unboundElsewhere();
        }
        showInLogs(now);
        return previousXid;
    }

    private static Binding bindingOfThread() {
        Binding binding = BINDING.get();
        if (binding == null) {
            binding = new Binding(null);
            BINDING.set(binding);
        }
        return binding;
    }

    private static void forgetIfEmpty(Binding binding) {
        if (binding.isEmpty()) {
            BINDING.remove();
        }
    }
}

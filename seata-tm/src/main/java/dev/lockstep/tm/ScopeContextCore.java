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
 * <p>Found by seata-core's loader through {@code META-INF/services}; its order lies above the two that seata-core brings.
 * Holds the one thread-local of this project. Thread-safe: every thread sees only its own binding.
 */
@LoadLevel(name = "lockstep", order = 1000)
public final class ScopeContextCore implements ContextCore {

    private static final ThreadLocal<@Nullable Binding> BINDING = new ThreadLocal<>();

    /** What one thread is bound to. Confined to that thread. */
    private static final class Binding {
        @Nullable
        GlobalScope scope;

        /**
         * The scope that our innermost call on this thread entered. Another library may unbind its xid for a while, as the
         * official client suspends a transaction, and bind it again: it must get this scope back and no second one, which
         * would know nothing of the local work of the first.
         */
        @Nullable
        GlobalScope entered;

        final Map<String, Object> others = new HashMap<>(4);

        boolean isEmpty() {
            return scope == null && entered == null && others.isEmpty();
        }
    }

    /** What a thread worked for before a call of ours entered a scope, or none; for {@link #leave}. Immutable. */
    record Surrounding(
            @Nullable GlobalScope scope, @Nullable GlobalScope entered) {

        private static final Surrounding NOTHING = new Surrounding(null, null);
    }

    /** Called by seata-core's loader. */
    public ScopeContextCore() {}

    static @Nullable GlobalScope currentScope() {
        Binding binding = BINDING.get();
        return binding == null ? null : binding.scope;
    }

    /**
     * Lets this thread work for another scope, or for none, until {@link #leave}.
     *
     * @return what it worked for before
     */
    static Surrounding enter(@Nullable GlobalScope scope) {
        Binding binding = BINDING.get();
        Surrounding surrounding =
                binding == null ? Surrounding.NOTHING : new Surrounding(binding.scope, binding.entered);
        bind(scope, scope);
        return surrounding;
    }

    /** Goes back to what {@link #enter} found, whatever has been bound or unbound since. On the same thread. */
    static void leave(Surrounding surrounding) {
        bind(surrounding.scope(), surrounding.entered());
    }

    /** Binds the scope and keeps the logging context in step. */
    private static void bind(@Nullable GlobalScope scope, @Nullable GlobalScope entered) {
        Binding binding = BINDING.get();
        if (binding == null) {
            if (scope == null && entered == null) {
                return;
            }
            binding = new Binding();
            BINDING.set(binding);
        }
        binding.scope = scope;
        binding.entered = entered;
        if (scope == null) {
            MDC.remove(RootContext.MDC_KEY_XID);
        } else {
            MDC.put(RootContext.MDC_KEY_XID, scope.xid());
        }
        forgetIfEmpty(binding);
    }

    /** Fails unless RootContext really keeps its xid here. */
    static void requireInPlace() {
        Surrounding surrounding = enter(GlobalScope.joined("probe"));
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
        Binding binding = BINDING.get();
        if (binding == null) {
            binding = new Binding();
            BINDING.set(binding);
        }
        return binding.others.put(key, value);
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
        return binding.others.get(key);
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
        Object previous = binding.others.remove(key);
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
        return entries;
    }

    /** Another library binds an xid, or unbinds it; returns the xid bound before. */
    private static @Nullable String rebind(@Nullable String xid) {
        Binding binding = BINDING.get();
        GlobalScope previous = binding == null ? null : binding.scope;
        GlobalScope entered = binding == null ? null : binding.entered;
        if (xid == null) {
            bind(null, entered);
        } else if (previous == null || !previous.xid().equals(xid)) {
            bind(entered != null && entered.xid().equals(xid) ? entered : GlobalScope.joined(xid), entered);
        }
        return previous == null ? null : previous.xid();
    }

    private static void forgetIfEmpty(Binding binding) {
        if (binding.isEmpty()) {
            BINDING.remove();
        }
    }
}

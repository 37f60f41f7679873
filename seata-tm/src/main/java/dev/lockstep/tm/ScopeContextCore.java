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

        final Map<String, Object> others = new HashMap<>(4);

        boolean isEmpty() {
            return scope == null && others.isEmpty();
        }
    }

    /** Called by seata-core's loader. */
    public ScopeContextCore() {}

    static @Nullable GlobalScope currentScope() {
        Binding binding = BINDING.get();
        return binding == null ? null : binding.scope;
    }

    /**
     * Binds another scope, or none, to this thread and keeps the logging context in step.
     *
     * @return what was bound before, to be bound again afterwards
     */
    static @Nullable GlobalScope bind(@Nullable GlobalScope scope) {
        Binding binding = BINDING.get();
        if (binding == null) {
            if (scope == null) {
                return null;
            }
            binding = new Binding();
            BINDING.set(binding);
        }
        GlobalScope previous = binding.scope;
        binding.scope = scope;
        if (scope == null) {
            MDC.remove(RootContext.MDC_KEY_XID);
        } else {
            MDC.put(RootContext.MDC_KEY_XID, scope.xid());
        }
        forgetIfEmpty(binding);
        return previous;
    }

    /** Fails unless RootContext really keeps its xid here. */
    static void requireInPlace() {
        GlobalScope outer = bind(GlobalScope.joined("probe"));
        try {
            if (!"probe".equals(RootContext.getXID())) {
                throw new IllegalStateException(
                        "io.seata.core.context.RootContext does not use " + ScopeContextCore.class
                                + ": another library has put its own ContextCore before it, so the xid of a global transaction"
                                + " would not be seen by everybody. Remove that library's META-INF/services/"
                                + ContextCore.class.getName() + ".");
            }
        } finally {
            bind(outer);
        }
    }

    @Override
    public @Nullable Object put(String key, Object value) {
        if (RootContext.KEY_XID.equals(key)) {
            GlobalScope current = currentScope();
            if (current != null && current.xid().equals(value)) {
                return value;
            }
            GlobalScope previous = bind(GlobalScope.joined((String) value));
            return previous == null ? null : previous.xid();
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
            GlobalScope previous = bind(null);
            return previous == null ? null : previous.xid();
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

    private static void forgetIfEmpty(Binding binding) {
        if (binding.isEmpty()) {
            BINDING.remove();
        }
    }
}

package dev.lockstep.tm;

import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import java.util.HashMap;
import java.util.Map;
import org.apache.seata.common.loader.LoadLevel;
import org.apache.seata.core.context.ContextCore;
import org.jspecify.annotations.Nullable;

/**
 * The store behind {@code org.apache.seata.core.context.RootContext}, where a library of the 2.1 line brings that class along:
 * it shows what {@link ScopeContextCore} keeps, so that both see one xid, and a read here begins a lazy global transaction
 * as well.
 *
 * <p>Found by that line's own loader, and loaded by nobody where it is absent. Thread-safe, as the store it shows.
 */
@LoadLevel(name = "lockstep", order = 1000)
public final class ApacheContextCore implements ContextCore {

    /** Where a branch type is kept that only the newer line knows; of ours none would be true. */
    private static final String KEY_NEWER_BRANCH_TYPE = "org.apache.seata." + RootContext.KEY_BRANCH_TYPE;

    private final ScopeContextCore store = new ScopeContextCore();

    /** Called by the loader. */
    public ApacheContextCore() {}

    @Override
    public @Nullable Object put(String key, Object value) {
        if (!RootContext.KEY_BRANCH_TYPE.equals(key)) {
            return store.put(key, value);
        }
        Object previous = get(key);
        BranchType ours = ours(value);
        if (ours == null) {
            store.put(KEY_NEWER_BRANCH_TYPE, value);
        } else {
            store.remove(KEY_NEWER_BRANCH_TYPE);
            store.put(key, ours);
        }
        return previous;
    }

    @Override
    public @Nullable Object get(String key) {
        if (!RootContext.KEY_BRANCH_TYPE.equals(key)) {
            return store.get(key);
        }
        Object newer = store.get(KEY_NEWER_BRANCH_TYPE);
        return newer == null ? theirs(store.get(key)) : newer;
    }

    @Override
    public @Nullable Object remove(String key) {
        if (!RootContext.KEY_BRANCH_TYPE.equals(key)) {
            return store.remove(key);
        }
        Object previous = get(key);
        store.remove(KEY_NEWER_BRANCH_TYPE);
        store.remove(key);
        return previous;
    }

    @Override
    public Map<String, Object> entries() {
        Map<String, Object> entries = new HashMap<>(store.entries());
        entries.remove(KEY_NEWER_BRANCH_TYPE);
        Object branchType = get(RootContext.KEY_BRANCH_TYPE);
        if (branchType != null) {
            entries.put(RootContext.KEY_BRANCH_TYPE, branchType);
        }
        return entries;
    }

    private static @Nullable BranchType ours(Object branchType) {
        for (BranchType type : BranchType.values()) {
            if (type.name().equals(String.valueOf(branchType))) {
                return type;
            }
        }
        return null;
    }

    private static @Nullable Object theirs(@Nullable Object branchType) {
        return branchType == null ? null : org.apache.seata.core.model.BranchType.valueOf(branchType.toString());
    }
}

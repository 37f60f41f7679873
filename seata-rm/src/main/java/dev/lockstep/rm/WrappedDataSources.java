package dev.lockstep.rm;

import dev.lockstep.rm.at.AtDataSource;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The data sources that take part, each once. A pool that was replaced may be gone without a word, so those that nobody else
 * holds are forgotten. Thread-safe.
 */
final class WrappedDataSources {

    private final ReentrantLock changing = new ReentrantLock();
    private final List<WeakReference<AtDataSource>> all = new ArrayList<>();

    /** The one around this data source, made by {@code wrapping} if there is none; that must not block. */
    AtDataSource computeIfAbsent(DataSource original, Function<DataSource, AtDataSource> wrapping) {
        changing.lock();
        try {
            AtDataSource known = around(original);
            if (known != null) {
                return known;
            }
            AtDataSource made = wrapping.apply(original);
            all.add(new WeakReference<>(made));
            return made;
        } finally {
            changing.unlock();
        }
    }

    /** Whether there is one around this data source. */
    boolean holds(DataSource original) {
        changing.lock();
        try {
            return around(original) != null;
        } finally {
            changing.unlock();
        }
    }

    /** Those that are there, in no order. */
    List<AtDataSource> present() {
        changing.lock();
        try {
            all.removeIf(reference -> reference.get() == null);
            return all.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
        } finally {
            changing.unlock();
        }
    }

    /** Forgets the one around this data source. */
    void remove(DataSource original) {
        changing.lock();
        try {
            all.removeIf(reference -> {
                AtDataSource wrapper = reference.get();
                return wrapper == null || wrapper.original() == original;
            });
        } finally {
            changing.unlock();
        }
    }

    private @Nullable AtDataSource around(DataSource original) {
        for (WeakReference<AtDataSource> reference : all) {
            AtDataSource wrapper = reference.get();
            if (wrapper != null && wrapper.original() == original) {
                return wrapper;
            }
        }
        return null;
    }
}

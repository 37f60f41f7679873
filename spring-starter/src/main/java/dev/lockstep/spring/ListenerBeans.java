package dev.lockstep.spring;

import dev.lockstep.tm.ScopeHandover;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The beans of one listener's type, asked for at the first event: a listener may need a data source, which needs what the
 * listener is told by. Thread-safe.
 */
final class ListenerBeans<T> implements Supplier<List<T>> {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerBeans.class);

    private final ObjectProvider<T> beans;
    private volatile @Nullable List<T> found;

    ListenerBeans(ObjectProvider<T> beans) {
        this.beans = beans;
    }

    /** Without a lock, which could meet the one under which Spring makes beans; two at once find the same. */
    @Override
    public List<T> get() {
        List<T> known = found;
        if (known == null) {
            known = find();
            found = known;
        }
        return known;
    }

    /** What a bean writes while it is made is no part of the global transaction whose event asks for it. */
    private List<T> find() {
        ScopeHandover surrounding = ScopeHandover.ofThread();
        ScopeHandover.clear();
        try {
            return beans.orderedStream().toList();
        } finally {
            if (surrounding != null) {
                surrounding.restore();
            }
        }
    }

    /**
     * Asks ahead of the first event, for one that comes on a thread which must not wait for a bean. Where one of them cannot be
     * made yet, since who asks is being made for it, the first event asks again; one that cannot be made at all ends the start
     * when its own turn comes.
     */
    void findEarly() {
        try {
            get();
        } catch (BeanCreationException notYet) {
            LOG.debug("[starter] A listener cannot be made yet", notYet);
        }
    }
}

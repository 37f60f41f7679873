package dev.lockstep.spring.web;

import dev.lockstep.tm.ScopeHandover;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets Micrometer's context propagation carry the global transaction: into Reactor's operators, and to the threads of
 * executors that are wrapped for it, as by Spring's {@code ContextPropagatingTaskDecorator}. Found by that library through
 * {@code META-INF/services}. Thread-safe.
 */
public final class ScopeAccessor implements ThreadLocalAccessor<ScopeHandover> {

    /** Under which Reactor's context holds the global transaction. */
    static final String KEY = "dev.lockstep.scope";

    /** Called by the library. */
    public ScopeAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public @Nullable ScopeHandover getValue() {
        return ScopeHandover.ofThread();
    }

    @Override
    public void setValue(ScopeHandover value) {
        value.takeUp();
    }

    @Override
    public void setValue() {
        ScopeHandover.clear();
    }

    @Override
    public void restore(ScopeHandover previous) {
        previous.restore();
    }
}

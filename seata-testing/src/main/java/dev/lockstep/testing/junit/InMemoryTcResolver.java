package dev.lockstep.testing.junit;

import dev.lockstep.testing.memory.InMemoryCoordinator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out coordinators that end with the test or the class they were asked for by. */
final class InMemoryTcResolver implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(InMemoryTcResolver.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.isAnnotated(InMemoryTc.class)
                && parameter.getParameter().getType() == InMemoryCoordinator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(NAMESPACE)
                .getOrComputeIfAbsent("tc", key -> new Stored(InMemoryCoordinator.open()), Stored.class)
                .coordinator();
    }

    /** JUnit closes any AutoCloseable since 5.13; Boot 3.5 brings 5.12, which knows this interface alone. */
    @SuppressWarnings("deprecation")
    private record Stored(InMemoryCoordinator coordinator) implements ExtensionContext.Store.CloseableResource {

        @Override
        public void close() {
            coordinator.close();
        }
    }
}

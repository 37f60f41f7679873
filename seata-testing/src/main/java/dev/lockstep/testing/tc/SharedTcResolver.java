package dev.lockstep.testing.tc;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the shared TCs. They live in JUnit's root store, which is closed after the last test. */
final class SharedTcResolver implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedTcResolver.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.isAnnotated(SharedTc.class) && parameter.getParameter().getType() == TcServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        String version = parameter.findAnnotation(SharedTc.class).orElseThrow().value();
        return test.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        version, key -> new StoredTc(TcServer.version(key).start()), StoredTc.class)
                .server();
    }

    /**
     * What the store holds. JUnit closes any AutoCloseable since 5.13; Boot 3.5 brings 5.12, which knows this interface
     * alone, and JUnit 6 still has it.
     */
    @SuppressWarnings("deprecation")
    private record StoredTc(TcServer server) implements ExtensionContext.Store.CloseableResource {

        @Override
        public void close() {
            server.close();
        }
    }
}

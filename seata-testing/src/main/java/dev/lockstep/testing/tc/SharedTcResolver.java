package dev.lockstep.testing.tc;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the shared TCs. They live in JUnit's root store, which closes what can be closed after the last test. */
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
                .getOrComputeIfAbsent(version, key -> TcServer.version(key).start(), TcServer.class);
    }
}

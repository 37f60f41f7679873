package dev.lockstep.testing.database;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server of a {@link SharedDatabase} once and keeps it in JUnit's root store, which closes it. */
final class SharedDatabaseResolver implements ParameterResolver {

    /** System property: the kinds that must be there, separated by commas. */
    static final String REQUIRED_PROPERTY = "db.require";

    private static final Logger LOG = LoggerFactory.getLogger(SharedDatabaseResolver.class);
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedDatabaseResolver.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.isAnnotated(SharedDatabase.class)
                && parameter.getParameter().getType() == DatabaseServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        DatabaseKind kind =
                parameter.findAnnotation(SharedDatabase.class).orElseThrow().value();
        return test.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(kind, SharedDatabaseResolver::start, Stored.class)
                .serverOrSkip(kind);
    }

    private static Stored start(DatabaseKind kind) {
        try {
            return new Stored(DatabaseServer.start(kind), null);
        } catch (DatabaseUnavailableException unavailable) {
            if (isRequired(kind, System.getProperty(REQUIRED_PROPERTY, ""))) {
                throw unavailable;
            }
            LOG.warn("[{}] SKIPPING every test on this database: {}", kind, unavailable.getMessage());
            return new Stored(null, unavailable);
        }
    }

    static boolean isRequired(DatabaseKind kind, String required) {
        return Arrays.stream(required.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .anyMatch(name -> name.equals(kind.toString()));
    }

    /**
     * What the store holds. JUnit closes any AutoCloseable since 5.13; Boot 3.5 brings 5.12, which knows this interface
     * alone, and JUnit 6 still has it.
     */
    @SuppressWarnings("deprecation")
    private record Stored(
            @Nullable DatabaseServer server, @Nullable DatabaseUnavailableException unavailable)
            implements ExtensionContext.Store.CloseableResource {

        DatabaseServer serverOrSkip(DatabaseKind kind) {
            if (server == null) {
                throw new TestAbortedException("No " + kind + " here", unavailable);
            }
            return server;
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }
}

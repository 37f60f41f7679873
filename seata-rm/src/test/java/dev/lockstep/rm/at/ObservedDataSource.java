package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database's own side of a test: records every statement that reaches it, counts open connections, and lets a test stand
 * in for a commit.
 */
final class ObservedDataSource extends DelegatingDataSource {

    /** Stands in for {@link Connection#commit()}. */
    interface CommitStandIn {
        void commit(Connection real) throws SQLException;
    }

    private final List<String> executed = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile @Nullable CommitStandIn nextCommit;

    ObservedDataSource(DataSource delegate) {
        super(delegate);
    }

    /** The texts executed so far, and the words {@code commit}, {@code rollback}, {@code savepoint} and so on. */
    List<String> executed() {
        return executed;
    }

    int openConnections() {
        return open.get();
    }

    /** The next commit of any connection is done by the test. */
    void onNextCommit(CommitStandIn standIn) {
        nextCommit = standIn;
    }

    @Override
    protected Connection wrap(Connection real) {
        open.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return proxy(Connection.class, real, (method, arguments) -> {
            switch (method) {
                case "commit" -> {
                    executed.add(method);
                    CommitStandIn standIn = nextCommit;
                    if (standIn != null) {
                        nextCommit = null;
                        standIn.commit(real);
                        return HANDLED;
                    }
                }
                case "rollback", "setSavepoint", "setAutoCommit" -> executed.add(method);
                case "close" -> {
                    if (closed.compareAndSet(false, true)) {
                        open.decrementAndGet();
                    }
                }
                default -> {}
            }
            return null;
        });
    }

    /** What a call is answered with; null for the real answer. */
    private interface Interception {
        @Nullable
        Object before(String method, Object[] arguments) throws SQLException;
    }

    private static final Object HANDLED = new Object();

    private <T> T proxy(Class<T> type, T real, Interception interception) {
        return type.cast(Proxy.newProxyInstance(
                ObservedDataSource.class.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    if (interception.before(method.getName(), arguments) == HANDLED) {
                        return null;
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return observed(result, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private Object observed(Object result, Object[] arguments) {
        if (result instanceof CallableStatement call) {
            return proxy(CallableStatement.class, call, statement((String) arguments[0]));
        }
        if (result instanceof PreparedStatement prepared) {
            return proxy(PreparedStatement.class, prepared, statement((String) arguments[0]));
        }
        return result instanceof Statement plain ? proxy(Statement.class, plain, statement(null)) : result;
    }

    private Interception statement(@Nullable String prepared) {
        return (method, arguments) -> {
            if (method.startsWith("execute")) {
                boolean hasText = arguments.length > 0 && arguments[0] instanceof String;
                executed.add(hasText ? (String) arguments[0] : String.valueOf(prepared));
            }
            return null;
        };
    }
}

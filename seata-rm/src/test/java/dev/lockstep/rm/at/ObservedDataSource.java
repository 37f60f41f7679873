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
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database's own side of a test: records every statement that reaches it, counts open connections, and lets a test stand
 * in for a commit.
 */
final class ObservedDataSource extends DelegatingDataSource {

    /** Stands in for {@link Connection#commit()} or {@link Connection#rollback()}. */
    interface StandIn {
        void end(Connection real) throws SQLException;
    }

    private final List<String> executed = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openStatements = new AtomicInteger();
    private volatile @Nullable StandIn nextCommit;
    private volatile @Nullable StandIn nextRollback;
    private volatile @Nullable Consumer<String> onStatement;
    private volatile boolean refusing;

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

    /** Statements that nobody has closed; those that a connection took along count. */
    int openStatements() {
        return openStatements.get();
    }

    /** The next commit of any connection is done by the test. */
    void onNextCommit(StandIn standIn) {
        nextCommit = standIn;
    }

    /** The next statement is told to the test before it runs. */
    void onNextStatement(Consumer<String> listener) {
        onStatement = listener;
    }

    /** Work of the test is done before a statement with this beginning runs, by itself or in one of ours, as often as said. */
    void beforeStatement(String beginning, int times, Rig.Work work) {
        onNextStatement(new Consumer<>() {
            private int left = times;

            @Override
            public void accept(String sql) {
                if (sql.startsWith(beginning) || sql.contains("(" + beginning)) {
                    left--;
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
                if (left > 0) {
                    onNextStatement(this);
                }
            }
        });
    }

    void refuseConnections(boolean refuse) {
        refusing = refuse;
    }

    /** The next rollback of a whole local transaction is done by the test. */
    void onNextRollback(StandIn standIn) {
        nextRollback = standIn;
    }

    @Override
    protected Connection wrap(Connection real) throws SQLException {
        if (refusing) {
            real.close();
            throw new SQLException("the database is down, as planned by the test", "08001");
        }
        open.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return proxy(Connection.class, real, (method, arguments) -> {
            switch (method) {
                case "commit" -> {
                    executed.add(method);
                    StandIn standIn = nextCommit;
                    if (standIn != null) {
                        nextCommit = null;
                        standIn.end(real);
                        return HANDLED;
                    }
                }
                case "rollback" -> {
                    executed.add(method);
                    StandIn standIn = nextRollback;
                    if (standIn != null && arguments.length == 0) {
                        nextRollback = null;
                        standIn.end(real);
                        return HANDLED;
                    }
                }
                case "setSavepoint" -> executed.add(method);
                case "setAutoCommit" -> {
                    executed.add(method);
                    // A change of the mode commits, too.
                    StandIn standIn = arguments[0].equals(true) && !real.getAutoCommit() ? nextCommit : null;
                    if (standIn != null) {
                        nextCommit = null;
                        standIn.end(real);
                        return HANDLED;
                    }
                }
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
                        return method.getReturnType() == boolean.class ? false : null;
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return real instanceof Connection connection ? observed(connection, result, arguments) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private Object observed(Connection real, Object result, Object[] arguments) {
        if (result instanceof CallableStatement call) {
            return proxy(CallableStatement.class, call, statement(real, (String) arguments[0]));
        }
        if (result instanceof PreparedStatement prepared) {
            return proxy(PreparedStatement.class, prepared, statement(real, (String) arguments[0]));
        }
        return result instanceof Statement plain ? proxy(Statement.class, plain, statement(real, null)) : result;
    }

    private Interception statement(Connection real, @Nullable String prepared) {
        openStatements.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return (method, arguments) -> {
            if (method.equals("close") && closed.compareAndSet(false, true)) {
                openStatements.decrementAndGet();
            }
            if (method.startsWith("execute")) {
                boolean hasText = arguments.length > 0 && arguments[0] instanceof String;
                String text = hasText ? (String) arguments[0] : String.valueOf(prepared);
                executed.add(text);
                Consumer<String> listener = onStatement;
                if (listener != null) {
                    onStatement = null;
                    listener.accept(text);
                }
                StandIn standIn = standInFor(text);
                if (standIn != null) {
                    standIn.end(endedByText(real));
                    return HANDLED;
                }
            }
            return null;
        };
    }

    /** A local transaction that a statement has begun is ended by one too. */
    private @Nullable StandIn standInFor(String text) {
        StandIn standIn = null;
        if (text.equals("COMMIT")) {
            standIn = nextCommit;
            nextCommit = null;
        } else if (text.equals("ROLLBACK")) {
            standIn = nextRollback;
            nextRollback = null;
        }
        return standIn;
    }

    private Connection endedByText(Connection real) {
        return proxy(Connection.class, real, (method, arguments) -> {
            if (arguments.length == 0 && (method.equals("commit") || method.equals("rollback"))) {
                try (Statement statement = real.createStatement()) {
                    statement.execute(method);
                }
                return HANDLED;
            }
            return null;
        });
    }
}

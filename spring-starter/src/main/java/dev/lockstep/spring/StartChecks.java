package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.SeataRpcClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Looks whether a TC can be reached and every database is fit for global transactions. What is missing ends the start when all
 * beans are there, where {@code lockstep.fail-fast} says so; else it is logged, by whoever calls {@link
 * #logWhatDatabasesLack}.
 */
final class StartChecks implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);

    private static final Duration POLL = Duration.ofMillis(20);

    /** How long a connection on which a question failed may take to say that it lives. */
    private static final int VALIDITY_SECONDS = 5;

    private final LockstepProperties.FailFast failFast;
    private final @Nullable SeataRpcClient client;
    private final DataSourceBeans dataSources;
    private final String undoLogTable;

    /** @param client null where the application brings a transport of its own */
    StartChecks(
            LockstepProperties.FailFast failFast,
            @Nullable SeataRpcClient client,
            DataSourceBeans dataSources,
            String undoLogTable) {
        this.failFast = failFast;
        this.client = client;
        this.dataSources = dataSources;
        this.undoLogTable = undoLogTable;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (failFast.databases()) {
            dataSources.beans().forEach((dataSource, beanName) -> {
                SeataConfigurationException lack = lackOf(dataSource, beanName, true);
                if (lack != null) {
                    throw lack;
                }
            });
        }
        if (failFast.tc() && client != null) {
            client.openNow();
            requireTc(client::state);
        }
    }

    private void requireTc(Supplier<RpcState> state) {
        long end = System.nanoTime() + failFast.limit().toNanos();
        while (!state.get().isUsable()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException(
                        "The start was interrupted while it waited for a TC: " + describe(state.get()));
            }
            if (System.nanoTime() - end >= 0) {
                throw new SeataConfigurationException(
                        "No TC took a connection within " + failFast.limit() + ": " + describe(state.get()),
                        "Start a TC there, or correct the addresses. To start without one, write"
                                + "\n\n    lockstep.fail-fast.tc=false\n");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static String describe(RpcState state) {
        return state.nodes().isEmpty()
                ? "none is known."
                : state.nodes().stream()
                        .map(node -> node.address() + " (" + node.lastError() + ")")
                        .collect(Collectors.joining(", ", "", "."));
    }

    /** Asks each database, which may take as long as its driver and pool allow; unless the start has done so. */
    void logWhatDatabasesLack() {
        if (failFast.databases()) {
            return;
        }
        dataSources.beans().forEach((dataSource, beanName) -> {
            SeataConfigurationException lack = lackOf(dataSource, beanName, false);
            if (lack != null) {
                LOG.error("[starter] {}", lack.getMessage());
            }
        });
    }

    /** @param mustAnswer else one that is down lacks nothing here: the RM tells that, and asks it again */
    private @Nullable SeataConfigurationException lackOf(AtDataSource dataSource, String beanName, boolean mustAnswer) {
        try {
            dataSource.open();
        } catch (SQLFeatureNotSupportedException unknownKind) {
            return new SeataConfigurationException(
                    "The database of DataSource '" + beanName
                            + "' is of a kind that cannot take part in global transactions: "
                            + unknownKind.getMessage(),
                    "If it need not, leave it out by" + exclusion(beanName),
                    unknownKind);
        } catch (SQLException down) {
            return mustAnswer ? noAnswer(beanName, down) : null;
        }
        try {
            return lackOfTable(dataSource, beanName);
        } catch (SQLException down) {
            return mustAnswer ? noAnswer(beanName, down) : null;
        }
    }

    private static SeataConfigurationException noAnswer(String beanName, SQLException down) {
        return new SeataConfigurationException(
                "The database of DataSource '" + beanName
                        + "' cannot be asked whether it is fit for global transactions: " + down.getMessage(),
                "Look at the database and at the address, user and password of this DataSource. To start without"
                        + " it, remove\n\n"
                        + "    lockstep.fail-fast.databases=true\n",
                down);
    }

    /** @throws SQLException if it is the connection that fails, and not the question */
    private @Nullable SeataConfigurationException lackOfTable(AtDataSource dataSource, String beanName)
            throws SQLException {
        try (Connection connection = dataSource.original().getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement
                        .executeQuery(
                                "SELECT branch_id, xid, context, rollback_info, log_status, log_created, log_modified FROM "
                                        + undoLogTable + " WHERE 1 = 0")
                        .close();
                return null;
            } catch (SQLException missing) {
                if (!connection.isValid(VALIDITY_SECONDS)) {
                    throw missing;
                }
                return new SeataConfigurationException(
                        "The database of DataSource '" + beanName + "' has no table " + undoLogTable
                                + " that this user can read and that has the columns of an undo log: "
                                + missing.getMessage()
                                + " Nothing can be written there inside a global transaction.",
                        "Create the table; docs/getting-started.md has the statement, and one made for the official client"
                                + " is right as it is. lockstep.undo.create-table=true has it created where the user may"
                                + " do that. Where it has another name, set seata.client.undo.log-table. If the database"
                                + " need not take part, leave it out by" + exclusion(beanName),
                        missing);
            }
        }
    }

    private static String exclusion(String beanName) {
        return "\n\n    seata.excludes-for-auto-proxying=" + beanName + "\n";
    }
}

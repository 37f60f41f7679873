package dev.lockstep.benchmarks.micro;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.RecordingResourceManager;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a statement outside any global transaction costs through our connection, beside the driver's own: promise 6 says
 * that the difference is one thread-local read and the wrapper.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OutsideGlobalTransaction {

    @Param({"driver", "lockstep"})
    public String through = "driver";

    private InMemoryCoordinator coordinator;
    private ResourceManager resourceManager;
    private Connection connection;
    private PreparedStatement select;
    private PreparedStatement update;
    private int next;

    @Setup
    public void open() throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:outside_" + through + ";DB_CLOSE_DELAY=-1");
        DataSource dataSource = h2;
        if (through.equals("lockstep")) {
            coordinator = InMemoryCoordinator.open();
            // No branch command ever comes: nothing here runs inside a global transaction.
            var client = coordinator.connect("benchmark", new RecordingResourceManager(), (resourceId, days) -> {});
            resourceManager = new ResourceManager(
                    client, client, ResourceManagerOptions.builder().build());
            dataSource = resourceManager.wrap(h2);
        }
        connection = dataSource.getConnection();
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS account (id INT PRIMARY KEY, balance INT)");
            statement.execute("INSERT INTO account SELECT x, 0 FROM SYSTEM_RANGE(0, 9999)");
        }
        select = connection.prepareStatement("SELECT balance FROM account WHERE id = ?");
        update = connection.prepareStatement("UPDATE account SET balance = balance + 1 WHERE id = ?");
    }

    @TearDown
    public void close() throws SQLException {
        connection.close();
        if (resourceManager != null) {
            resourceManager.close();
            coordinator.close();
        }
    }

    @Benchmark
    public int selectByKey() throws SQLException {
        select.setInt(1, next());
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Benchmark
    public int updateByKey() throws SQLException {
        update.setInt(1, next());
        return update.executeUpdate();
    }

    private int next() {
        next = (next + 7919) % 10_000;
        return next;
    }
}

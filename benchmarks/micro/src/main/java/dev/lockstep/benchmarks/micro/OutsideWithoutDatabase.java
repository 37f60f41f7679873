package dev.lockstep.benchmarks.micro;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.RecordingResourceManager;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
 * What our connection adds to a statement outside any global transaction, with a driver whose statements do nothing: the
 * difference is all there is, and no database's spread hides it. {@code execute} binds and runs a statement; {@code prepare}
 * makes it and closes it as well.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OutsideWithoutDatabase {

    private static final String UPDATE = "UPDATE account SET balance = balance + 1 WHERE id = ?";

    @Param({"driver", "lockstep"})
    public String through = "driver";

    private InMemoryCoordinator coordinator;
    private ResourceManager resourceManager;
    private Connection connection;
    private PreparedStatement update;
    private int next;

    @Setup
    public void open() throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:without_" + through + ";DB_CLOSE_DELAY=-1");
        DataSource dataSource = new IdleStatements.Source(h2);
        if (through.equals("lockstep")) {
            coordinator = InMemoryCoordinator.open();
            // No branch command ever comes: nothing here runs inside a global transaction.
            var client = coordinator.connect("benchmark", new RecordingResourceManager(), (resourceId, days) -> {});
            resourceManager = new ResourceManager(
                    client, client, ResourceManagerOptions.builder().build());
            dataSource = resourceManager.wrap(dataSource);
        }
        connection = dataSource.getConnection();
        update = connection.prepareStatement(UPDATE);
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
    public int execute() throws SQLException {
        update.setInt(1, ++next);
        return update.executeUpdate();
    }

    @Benchmark
    public int prepare() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setInt(1, ++next);
            return statement.executeUpdate();
        }
    }
}

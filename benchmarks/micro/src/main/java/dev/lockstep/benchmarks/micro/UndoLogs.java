package dev.lockstep.benchmarks.micro;

import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogContext;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogTable;
import io.seata.rm.datasource.undo.BranchUndoLog;
import io.seata.rm.datasource.undo.parser.JacksonUndoLogParser;
import java.sql.Connection;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
 * What it costs to write the undo log of an UPDATE and to read it again, beside the official parser. Ours holds more: the
 * checksum, and the statement that writes the row, which a driver takes that does nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UndoLogs {

    private static final String XID = "192.168.0.17:8091:9854533904216065";
    private static final long BRANCH = 9_854_533_904_216_066L;

    @Param({"1", "50"})
    public int rows = 1;

    private final JacksonUndoLogParser official = new JacksonUndoLogParser();
    private IdleStatements connection;
    private UndoLogTable undoLogs;
    private UndoLog log;
    private UndoLogTable.Row written;
    private BranchUndoLog officialLog;

    @Setup
    public void open() throws Exception {
        official.init();
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:undo_logs");
        connection = (IdleStatements) new IdleStatements.Source(h2).getConnection();
        undoLogs = new UndoLogTable(
                DialectProvider.find(connection), "undo_log", Namespace.of(connection), UndoLogFormat.OFFICIAL);
        log = new UndoLog(
                XID,
                BRANCH,
                List.of(new RowChange(RowChange.Kind.UPDATE, "stock", image(rows, 1_000), image(rows, 999))));
        undoLogs.insert(connection, log);
        byte[] bytes = connection.lastBytes();
        written = new UndoLogTable.Row(BRANCH, new UndoLogContext(Map.of()), bytes, UndoLogTable.UNDO_LOG);
        officialLog = official.decode(bytes);
    }

    private static TableImage image(int rows, int quantity) {
        List<ImageColumn> columns = List.of(
                new ImageColumn("id", Types.BIGINT, true),
                new ImageColumn("name", Types.VARCHAR, false),
                new ImageColumn("quantity", Types.INTEGER, false));
        List<List<Object>> values = new ArrayList<>();
        for (long id = 1; id <= rows; id++) {
            values.add(List.of(id, "item " + id, quantity));
        }
        return new TableImage("stock", columns, values);
    }

    @TearDown
    public void close() throws Exception {
        connection.close();
    }

    @Benchmark
    public Connection lockstepWrite() throws Exception {
        undoLogs.insert(connection, log);
        return connection;
    }

    @Benchmark
    public UndoLog lockstepRead() throws Exception {
        return undoLogs.decode(connection, XID, written);
    }

    @Benchmark
    public byte[] officialWrite() {
        return official.encode(officialLog);
    }

    @Benchmark
    public BranchUndoLog officialRead() {
        return official.decode(written.content());
    }
}

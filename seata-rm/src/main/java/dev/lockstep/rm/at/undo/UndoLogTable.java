package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.Namespace;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The undo_log table of one database, in the official form: columns branch_id, xid, context, rollback_info, log_status,
 * log_created, log_modified, unique by (xid, branch_id); further columns of older installations are left alone.
 *
 * <p>log_status 0 is an undo log. 1 is the <em>marker</em>, which a rollback leaves where it finds no undo log: the unique
 * key then refuses the undo log of a phase one that comes late, and with it its commit.
 *
 * <p>Immutable, thread-safe; every method works within the caller's local transaction.
 */
public final class UndoLogTable {

    /** log_status of an undo log. */
    public static final int UNDO_LOG = 0;
    /** log_status of the marker. */
    public static final int MARKER = 1;

    static final String CONTEXT = "serializer=jackson&compressorType=NONE";
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern TABLE_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$.]*");

    private final UndoLogJson json = new UndoLogJson();
    private final String insert;
    private final String lock;
    private final String others;
    private final String delete;
    private final String status;
    private final String sweep;

    /**
     * The table of this name.
     *
     * @param home where it lies when its name stands alone
     * @throws IllegalArgumentException if that is no name of a table, unquoted, with a schema or without
     */
    public UndoLogTable(Dialect dialect, String name, Namespace home) {
        if (!TABLE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Not the name of an undo log table: " + name);
        }
        // Users' connections may look elsewhere for names that stand alone.
        String schema = dialect.qualifiedByCatalog() ? home.catalog() : home.schema();
        String tableName = name.indexOf('.') >= 0 || schema == null ? name : dialect.quoted(schema) + "." + name;
        this.insert = "INSERT INTO " + tableName
                + " (branch_id, xid, context, rollback_info, log_status, log_created, log_modified) VALUES (?, ?, ?, ?, ?, "
                + dialect.currentTimestamp() + ", " + dialect.currentTimestamp() + ")";
        String select = "SELECT branch_id, context, rollback_info, log_status FROM " + tableName;
        this.lock = select + " WHERE xid = ? AND branch_id = ? " + dialect.lockClause();
        this.others = select + " WHERE xid = ? AND branch_id <> ? AND log_status = " + UNDO_LOG;
        this.delete = "DELETE FROM " + tableName + " WHERE xid = ? AND branch_id = ?";
        this.status = "SELECT log_status FROM " + tableName + " WHERE xid = ? AND branch_id = ?";
        this.sweep = dialect.undoLogSweep().formatted(tableName);
    }

    /**
     * A row of the table.
     *
     * @param branchId the branch
     * @param context how {@code content} is written
     * @param content the bytes of rollback_info
     * @param status log_status
     */
    public record Row(long branchId, String context, byte[] content, int status) {
        public boolean isMarker() {
            return status != UNDO_LOG;
        }
    }

    /** One branch of one global transaction. */
    public record BranchKey(String xid, long branchId) {}

    /** Writes an undo log; violates the unique key when a rollback has placed its marker. */
    public void insert(Connection connection, UndoLog log) throws SQLException {
        insert(connection, log.xid(), log.branchId(), json.encode(log), UNDO_LOG);
    }

    /** Writes the marker; violates the unique key when an undo log or a marker is there. */
    public void insertMarker(Connection connection, String xid, long branchId) throws SQLException {
        insert(connection, xid, branchId, NOTHING, MARKER);
    }

    private void insert(Connection connection, String xid, long branchId, byte[] content, int logStatus)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setLong(1, branchId);
            statement.setString(2, xid);
            statement.setString(3, CONTEXT);
            statement.setBytes(4, content);
            statement.setInt(5, logStatus);
            statement.executeUpdate();
        }
    }

    /** Reads and locks the row of a branch. */
    public Optional<Row> lock(Connection connection, String xid, long branchId) throws SQLException {
        List<Row> rows = rows(connection, lock, xid, branchId);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    /** The undo logs of the other branches of a global transaction in this database, not locked. */
    public List<Row> othersOf(Connection connection, String xid, long branchId) throws SQLException {
        return rows(connection, others, xid, branchId);
    }

    private static List<Row> rows(Connection connection, String sql, String xid, long branchId) throws SQLException {
        List<Row> rows = new ArrayList<>(1);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, xid);
            statement.setLong(2, branchId);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(result.getLong(1), result.getString(2), result.getBytes(3), result.getInt(4)));
                }
            }
        }
        return rows;
    }

    /** The log_status of a branch's row as this transaction sees it, or empty when it sees none. */
    public Optional<Integer> statusOf(Connection connection, String xid, long branchId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(status)) {
            statement.setString(1, xid);
            statement.setLong(2, branchId);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getInt(1)) : Optional.empty();
            }
        }
    }

    /** What a row that is no marker holds. */
    public UndoLog decode(Row row) throws UndoLogFormatException {
        for (String pair : row.context().split("&")) {
            String[] keyAndValue = pair.split("=", 2);
            if (keyAndValue.length == 2) {
                requireReadable(keyAndValue[0], keyAndValue[1]);
            }
        }
        return json.decode(row.content());
    }

    private static void requireReadable(String key, String value) throws UndoLogFormatException {
        String readable = switch (key) {
            case "serializer" -> "jackson";
            case "compressorType" -> "NONE";
            default -> value;
        };
        if (!readable.equalsIgnoreCase(value)) {
            throw new UndoLogFormatException(
                    "The undo log is written with " + key + " " + value + ", which is not read here (only " + readable
                            + "). It stays as it is; an instance with the client that wrote it can roll it back",
                    null);
        }
    }

    /** Deletes the row of one branch. */
    public void delete(Connection connection, String xid, long branchId) throws SQLException {
        delete(connection, List.of(new BranchKey(xid, branchId)));
    }

    /** Deletes the rows of many branches, each by the unique key, in one JDBC batch. */
    public void delete(Connection connection, List<BranchKey> branches) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            for (BranchKey branch : branches) {
                statement.setString(1, branch.xid());
                statement.setLong(2, branch.branchId());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /**
     * Deletes rows created up to a moment, markers included.
     *
     * @return how many were deleted; fewer than {@code most} when none is left
     */
    public int deleteOlder(Connection connection, LocalDateTime moment, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sweep)) {
            statement.setTimestamp(1, Timestamp.valueOf(moment));
            statement.setInt(2, most);
            return statement.executeUpdate();
        }
    }
}

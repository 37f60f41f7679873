package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.meta.Namespace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /** The official column is VARCHAR(128). */
    private static final int LONGEST_CONTEXT = 128;

    /** No server's limit for a statement is set lower without a reason. Smaller logs cost no question. */
    private static final int PERHAPS_TOO_LARGE = 1 << 20;

    /** SQLState. */
    private static final String PROGRAM_LIMIT_EXCEEDED = "54000";

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern PARAMETER = Pattern.compile("(?<=[( ])\\?(?=,)");
    private static final Pattern TABLE_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$.]*");

    /** Branch ids of one TC node ascend; which node it was stands above these bits (class IdWorker, TC 1.4.2 to 2.2.0). */
    private static final int BITS_WITHIN_NODE = 53;

    private final UndoLogFormat format;
    private final UndoLogJson json;
    private final @Nullable String largestStatement;
    private final String insert;
    private final String lock;
    private final String others;
    private final UndoLogUpkeep upkeep;
    /** Null where a DELETE gives no rows. */
    private final @Nullable String take;

    private final String status;
    private final String change;
    private final String read;
    private final String flag;
    private final String keep;

    /**
     * The table of this name.
     *
     * @param home where it lies when its name stands alone
     * @throws IllegalArgumentException if that is no name of a table, unquoted, with a schema or without
     */
    public UndoLogTable(Dialect dialect, String name, Namespace home, UndoLogFormat format) {
        if (!TABLE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Not the name of an undo log table: " + name);
        }
        this.format = format;
        this.json = new UndoLogJson(format.classNames());
        this.largestStatement = dialect.undoLogs().largestStatement();
        String tableName = qualified(dialect, name, home);
        this.insert = "INSERT INTO " + tableName
                + " (branch_id, xid, context, rollback_info, log_status, log_created, log_modified) VALUES (?, ?, ?, ?, ?, "
                + dialect.undoLogs().currentTimestamp() + ", "
                + dialect.undoLogs().currentTimestamp() + ")";
        String ofBranch = " WHERE xid = ? AND branch_id = ?";
        String row = "branch_id, context, rollback_info, log_status";
        this.lock = "SELECT " + row + " FROM " + tableName + ofBranch + " "
                + dialect.reads().lockClause();
        this.others = "SELECT branch_id, context FROM " + tableName + " WHERE xid = ? AND log_status = " + UNDO_LOG
                + " ORDER BY branch_id DESC";
        this.upkeep = new UndoLogUpkeep(dialect, tableName);
        RowsOfChange taken = dialect.changedRows().ofPlainDelete();
        this.take = taken == null ? null : taken.text("DELETE FROM " + tableName + ofBranch, row);
        this.status = "SELECT log_status FROM " + tableName + ofBranch;
        this.change = "UPDATE " + tableName + " SET context = ?, rollback_info = ?, log_status = ?, log_modified = "
                + dialect.undoLogs().currentTimestamp() + ofBranch;
        this.read = "SELECT " + row + " FROM " + tableName + ofBranch;
        this.flag = "UPDATE " + tableName + " SET context = ?, log_modified = "
                + dialect.undoLogs().currentTimestamp() + ofBranch;
        this.keep = "UPDATE " + tableName + " SET log_status = log_status" + ofBranch;
    }

    /**
     * Refuses a table that keeps what a local transaction has written when that is rolled back: its markers and undo logs would
     * prove nothing. Where there is no such table nothing is said.
     */
    public static void requireTransactional(Connection connection, Dialect dialect, String name, Namespace home)
            throws SQLException {
        String query = dialect.catalogue().engineWithoutTransactions();
        if (query == null) {
            return;
        }
        int point = name.lastIndexOf('.');
        String at = dialect.names().inCatalogs() ? home.catalog() : home.schema();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, point < 0 ? at : name.substring(0, point));
            statement.setString(2, name.substring(point + 1));
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw new SQLFeatureNotSupportedException(
                            "Table " + name + " is stored by the engine " + row.getString(1)
                                    + ", which knows no transactions, so that undo logs would stay of what was rolled"
                                    + " back. This data source cannot take part in global transactions until the"
                                    + " engine of "
                                    + name + " is InnoDB.",
                            "0A000");
                }
            }
        }
    }

    /** The name as statements have it: users' connections may look elsewhere for names that stand alone. */
    static String qualified(Dialect dialect, String name, Namespace home) {
        String schema = dialect.names().inCatalogs() ? home.catalog() : home.schema();
        return name.indexOf('.') >= 0 || schema == null ? name : dialect.names().quoted(schema) + "." + name;
    }

    /**
     * A row of the table.
     *
     * @param branchId the branch
     * @param context how {@code content} is written
     * @param content the bytes of rollback_info
     * @param status log_status
     */
    public record Row(long branchId, UndoLogContext context, byte[] content, int status) {
        public boolean isMarker() {
            return status != UNDO_LOG;
        }
    }

    /** One branch of one global transaction. */
    public record BranchKey(String xid, long branchId) {}

    /** What is done for rows of many branches. */
    public UndoLogUpkeep upkeep() {
        return upkeep;
    }

    /**
     * Writes an undo log; violates the unique key when a rollback has placed its marker.
     *
     * @return its size in bytes as written, packed if it was
     */
    public int insert(Connection connection, UndoLog log) throws SQLException {
        PackingStream content = new PackingStream(format);
        json.encode(log, content);
        byte[] bytes = content.toByteArray();
        if (bytes.length >= PERHAPS_TOO_LARGE) {
            requireThatItFits(connection, bytes.length);
        }
        String context = UndoLogContext.textOf(content.compression(), bytes);
        insert(connection, log.xid(), log.branchId(), context, bytes, UNDO_LOG);
        return bytes.length;
    }

    private void requireThatItFits(Connection connection, int bytes) throws SQLException {
        if (largestStatement == null) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(largestStatement)) {
            row.next();
            long most = row.getLong(1);
            if (bytes > most) {
                throw new SQLNonTransientException(
                        "The undo log has " + bytes + " bytes, and this server takes statements of at most " + most
                                + " (max_allowed_packet). Change fewer rows in one local transaction, or raise that",
                        PROGRAM_LIMIT_EXCEEDED);
            }
        }
    }

    /** Writes the marker; violates the unique key when an undo log or a marker is there. */
    public void insertMarker(Connection connection, String xid, long branchId) throws SQLException {
        insert(connection, xid, branchId, UndoLogContext.empty().toString(), NOTHING, MARKER);
    }

    /** Writes, where an undo log was taken, the note that its branch is undone: see {@link #markUndone}. */
    public void insertUndone(Connection connection, String xid, long branchId) throws SQLException {
        insert(connection, xid, branchId, UndoLogContext.undone().toString(), NOTHING, MARKER);
    }

    /** The statement, for people, that writes the marker of a branch. */
    public String textOfMarker(String xid, long branchId) {
        Iterator<String> values = List.of(
                        Long.toString(branchId),
                        literal(xid),
                        literal(UndoLogContext.empty().toString()),
                        literal(new String(NOTHING, StandardCharsets.US_ASCII)),
                        Integer.toString(MARKER))
                .iterator();
        return PARAMETER.matcher(insert).replaceAll(parameter -> Matcher.quoteReplacement(values.next()));
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /**
     * What the driver counts for an UPDATE that leaves its one row as it is. The table stays as it was.
     *
     * @param connection inside a local transaction
     */
    public int countOfUnchangedRow(Connection connection) throws SQLException {
        String xid = "trial of " + UUID.randomUUID();
        Savepoint savepoint = connection.setSavepoint();
        insertMarker(connection, xid, 0);
        int count;
        try (PreparedStatement statement = connection.prepareStatement(keep)) {
            statement.setString(1, xid);
            statement.setLong(2, 0);
            count = statement.executeUpdate();
        }
        connection.rollback(savepoint);
        return count;
    }

    private void insert(Connection connection, String xid, long branchId, String context, byte[] content, int logStatus)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setLong(1, branchId);
            statement.setString(2, xid);
            statement.setString(3, context);
            statement.setBytes(4, content);
            statement.setInt(5, logStatus);
            statement.executeUpdate();
        }
    }

    /** Reads and locks the row of a branch. */
    public Optional<Row> lock(Connection connection, String xid, long branchId) throws SQLException {
        return row(connection, lock, xid, branchId);
    }

    /** Reads the row of a branch and takes it out of the table; those that hold its rest stay for {@link #deleteParts}. */
    public Optional<Row> take(Connection connection, String xid, long branchId) throws SQLException {
        if (take != null) {
            return row(connection, take, xid, branchId);
        }
        Optional<Row> row = lock(connection, xid, branchId);
        if (row.isPresent()) {
            upkeep.delete(connection, List.of(new BranchKey(xid, branchId)));
        }
        return row;
    }

    /** Reads the row of a branch. */
    public Optional<Row> read(Connection connection, String xid, long branchId) throws SQLException {
        return row(connection, read, xid, branchId);
    }

    private static Optional<Row> row(Connection connection, String sql, String xid, long branchId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, xid);
            statement.setLong(2, branchId);
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? Optional.of(new Row(
                                result.getLong(1),
                                UndoLogContext.parse(result.getString(2)),
                                result.getBytes(3),
                                result.getInt(4)))
                        : Optional.empty();
            }
        }
    }

    /**
     * The other branches of a global transaction that are committed here and may have been committed after this one, the
     * highest id first, not locked. Whoever has a lower id from the same TC node came earlier.
     */
    public List<Long> perhapsLater(Connection connection, String xid, long branchId) throws SQLException {
        return others(connection, xid, other -> !cameEarlier(other, branchId));
    }

    /** Those that are committed here and came before this one, the last of them first, not locked. */
    public List<Long> earlier(Connection connection, String xid, long branchId) throws SQLException {
        return others(connection, xid, other -> other != branchId && cameEarlier(other, branchId));
    }

    private List<Long> others(Connection connection, String xid, LongPredicate wanted) throws SQLException {
        List<Long> found = new ArrayList<>(0);
        try (PreparedStatement statement = connection.prepareStatement(others)) {
            statement.setString(1, xid);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    long other = result.getLong(1);
                    if (wanted.test(other)
                            && UndoLogContext.parse(result.getString(2))
                                    .partOf()
                                    .isEmpty()) {
                        found.add(other);
                    }
                }
            }
        }
        return found;
    }

    private static boolean cameEarlier(long other, long branchId) {
        return other <= branchId && other >>> BITS_WITHIN_NODE == branchId >>> BITS_WITHIN_NODE;
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
    public UndoLog decode(Connection connection, String xid, Row row) throws SQLException, UndoLogFormatException {
        String serializer = row.context().serializer();
        if (!serializer.equals("jackson")) {
            throw new UndoLogFormatException(
                    "The undo log is written with the serializer " + serializer
                            + ", which is not read here (only jackson)."
                            + " It stays as it is; an instance with the client that wrote it can roll it back",
                    null);
        }
        Compression compression = Compression.of(row.context().compressor());
        byte[] content = withParts(connection, xid, row);
        row.context().requireIntact(content);
        UndoLog log = json.decode(compression, content, format.mostBytes());
        if (log.branchId() != row.branchId() || !log.xid().equals(xid)) {
            throw new UndoLogFormatException(
                    "The undo log of branch " + row.branchId() + " of " + xid + " holds that of branch "
                            + log.branchId() + " of " + log.xid() + ". Nothing was undone; look at the row",
                    null);
        }
        return log;
    }

    private byte[] withParts(Connection connection, String xid, Row row) throws SQLException, UndoLogFormatException {
        List<Long> parts = row.context().parts();
        if (parts.isEmpty()) {
            return row.content();
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(row.content().length * (parts.size() + 1));
        whole.writeBytes(row.content());
        for (long part : parts) {
            Row rest = lock(connection, xid, part)
                    .orElseThrow(() -> new UndoLogFormatException(
                            "The undo log of branch " + row.branchId() + " goes on in row " + part
                                    + ", which is not there",
                            null));
            whole.writeBytes(rest.content());
        }
        return whole.toByteArray();
    }

    /** Deletes the rows that hold the rest of this one, if there are any. */
    public void deleteParts(Connection connection, String xid, Row row) throws SQLException, UndoLogFormatException {
        List<BranchKey> rest = row.context().parts().stream()
                .map(part -> new BranchKey(xid, part))
                .toList();
        if (!rest.isEmpty()) {
            upkeep.delete(connection, rest);
        }
    }

    /**
     * Leaves a note, in place of an undo log, that its branch is undone, for the moment when the TC asks for it. Official
     * clients read it as a marker and answer right.
     */
    public void markUndone(Connection connection, String xid, Row row) throws SQLException, UndoLogFormatException {
        try (PreparedStatement statement = connection.prepareStatement(change)) {
            statement.setString(1, UndoLogContext.undone().toString());
            statement.setBytes(2, NOTHING);
            statement.setInt(3, MARKER);
            statement.setString(4, xid);
            statement.setLong(5, row.branchId());
            statement.executeUpdate();
        }
        deleteParts(connection, xid, row);
    }

    /**
     * Flags an undo log whose rollback has met a dirty write, with the rows that hold its rest; without room in its context
     * it stays as it is.
     */
    public void markDirty(Connection connection, String xid, Row row) throws SQLException, UndoLogFormatException {
        markDirty(connection, xid, row.branchId(), row.context());
        for (long part : row.context().parts()) {
            Optional<Row> rest = lock(connection, xid, part);
            if (rest.isPresent()) {
                markDirty(connection, xid, part, rest.get().context());
            }
        }
    }

    private void markDirty(Connection connection, String xid, long branchId, UndoLogContext context)
            throws SQLException {
        String flagged = context.dirty().toString();
        if (context.isDirty() || flagged.length() > LONGEST_CONTEXT) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(flag)) {
            statement.setString(1, flagged);
            statement.setString(2, xid);
            statement.setLong(3, branchId);
            statement.executeUpdate();
        }
    }
}

package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the undo_log table apart from single branches: the deletion of undo logs that are no longer needed, the search
 * for those that were left over, and a list of all. {@link UndoLogTable} says what stands in a row.
 *
 * <p>Immutable, thread-safe; every method works within the caller's local transaction.
 */
public final class UndoLogUpkeep {

    /** Those that are flagged wait for a human, however long that takes. */
    private static final String NOT_DIRTY = "context NOT LIKE '%lockstep=dirty%'";

    private final String delete;
    private final String partsOfXids;
    /** Null where the rows that hold the rest of a log are looked for first. */
    private final @Nullable String deleteWhole;

    private final String all;
    private final String orphans;
    private final String deleteOrphan;
    private final String sweep;

    /** @param tableName as statements have it */
    UndoLogUpkeep(Dialect dialect, String tableName) {
        String rowLimit = dialect.undoLogs().rowLimit();
        this.delete = "DELETE FROM " + tableName + " WHERE xid = ? AND branch_id = ?";
        this.partsOfXids = "SELECT xid, branch_id, context FROM " + tableName + " WHERE xid IN (%s) AND context LIKE '"
                + UndoLogContext.PART_OF_BRANCH + "%%'";
        // Where gaps are locked, a look at more than one row would keep the next undo logs out.
        this.deleteWhole = dialect.undoLogs().locksGaps()
                ? null
                : "DELETE FROM " + tableName + " WHERE xid = ? AND (branch_id = ? OR context = ?)";
        // The limit stands in the statement: without it a planner sorts the whole table for a few rows.
        this.all = "SELECT xid, branch_id, log_status, log_created, context FROM " + tableName
                + " ORDER BY log_created " + rowLimit;
        String left = "log_status = " + UndoLogTable.UNDO_LOG + " AND " + NOT_DIRTY;
        this.orphans = "SELECT xid, branch_id, log_created FROM " + tableName
                + " WHERE log_created >= ? AND log_created <= ? AND " + left + " ORDER BY log_created " + rowLimit;
        this.deleteOrphan = delete + " AND " + left;
        this.sweep = dialect.undoLogs()
                .sweep(tableName, "log_created <= ? AND log_status <> " + UndoLogTable.UNDO_LOG + " AND " + NOT_DIRTY);
    }

    /**
     * What stands in the table for one branch.
     *
     * @param marker whether it is no undo log
     * @param created log_created, as the database keeps it
     */
    public record Entry(BranchKey branch, boolean marker, LocalDateTime created, UndoLogContext context) {}

    /** The oldest rows, at most so many; rows that are but the rest of another one left out. */
    public List<Entry> entries(Connection connection, int most) throws SQLException {
        List<Entry> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(all)) {
            statement.setInt(1, most);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    UndoLogContext context = UndoLogContext.parse(result.getString(5));
                    if (context.partOf().isEmpty()) {
                        found.add(new Entry(
                                new BranchKey(result.getString(1), result.getLong(2)),
                                result.getInt(3) != UndoLogTable.UNDO_LOG,
                                result.getTimestamp(4).toLocalDateTime(),
                                context));
                    }
                }
            }
        }
        return found;
    }

    /** Now as log_created has it: by the clock of the database, in the zone of the session. */
    public LocalDateTime now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT LOCALTIMESTAMP(6)")) {
            row.next();
            return row.getTimestamp(1).toLocalDateTime();
        }
    }

    /**
     * An undo log that may be left over.
     *
     * @param created log_created, as the database keeps it
     */
    public record Left(BranchKey branch, LocalDateTime created) {}

    /** Undo logs created from one moment to another, in that order, at most so many; no markers and none that is flagged. */
    public List<Left> left(Connection connection, LocalDateTime from, LocalDateTime to, int most) throws SQLException {
        List<Left> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(orphans)) {
            statement.setTimestamp(1, Timestamp.valueOf(from));
            statement.setTimestamp(2, Timestamp.valueOf(to));
            statement.setInt(3, most);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    BranchKey branch = new BranchKey(result.getString(1), result.getLong(2));
                    found.add(new Left(branch, result.getTimestamp(3).toLocalDateTime()));
                }
            }
        }
        return found;
    }

    /** Deletes undo logs unless they were flagged meanwhile; gives how many there were. */
    public int deleteLeft(Connection connection, List<BranchKey> branches) throws SQLException {
        int deleted = 0;
        try (PreparedStatement statement = connection.prepareStatement(deleteOrphan)) {
            for (BranchKey branch : branches) {
                statement.setString(1, branch.xid());
                statement.setLong(2, branch.branchId());
                deleted += statement.executeUpdate();
            }
        }
        return deleted;
    }

    /** Deletes nothing, and fails where this connection could delete nothing: its user or its database may only read. */
    public void requireWritable(Connection connection) throws SQLException {
        delete(connection, List.of(new BranchKey("", 0)));
    }

    /**
     * Deletes the undo logs of many branches in one JDBC batch, each by the unique key or by the xid at its head; rows that hold
     * the rest of a log go with it.
     */
    public void deleteWithParts(Connection connection, List<BranchKey> branches) throws SQLException {
        if (deleteWhole != null) {
            deleteWhole(connection, deleteWhole, branches);
            return;
        }
        List<BranchKey> rows = new ArrayList<>(branches);
        rows.addAll(partsOf(connection, branches));
        delete(connection, rows);
    }

    private static void deleteWhole(Connection connection, String sql, List<BranchKey> branches) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (BranchKey branch : branches) {
                statement.setString(1, branch.xid());
                statement.setLong(2, branch.branchId());
                statement.setString(3, UndoLogContext.textOfPart(branch.branchId()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private List<BranchKey> partsOf(Connection connection, List<BranchKey> branches) throws SQLException {
        Set<BranchKey> wanted = Set.copyOf(branches);
        List<String> xids = branches.stream().map(BranchKey::xid).distinct().toList();
        List<BranchKey> parts = new ArrayList<>(0);
        try (PreparedStatement statement =
                connection.prepareStatement(partsOfXids.formatted("?, ".repeat(xids.size() - 1) + "?"))) {
            for (int i = 0; i < xids.size(); i++) {
                statement.setString(i + 1, xids.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String xid = result.getString(1);
                    Optional<Long> whole =
                            UndoLogContext.parse(result.getString(3)).partOf();
                    if (whole.isPresent() && wanted.contains(new BranchKey(xid, whole.get()))) {
                        parts.add(new BranchKey(xid, result.getLong(2)));
                    }
                }
            }
        }
        return parts;
    }

    /** Deletes rows, each by the unique key, in one JDBC batch. */
    void delete(Connection connection, List<BranchKey> branches) throws SQLException {
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
     * Deletes markers created up to a moment; no undo log.
     *
     * @return how many were deleted; fewer than {@code most} when none is left
     */
    public int deleteOldMarkers(Connection connection, LocalDateTime moment, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sweep)) {
            statement.setTimestamp(1, Timestamp.valueOf(moment));
            statement.setInt(2, most);
            return statement.executeUpdate();
        }
    }
}

package dev.lockstep.rm.inspect;

import dev.lockstep.rm.at.undo.RowReport;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogUpkeep;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The command that looks at undo logs: lists them, or shows one as SQL and beside today's rows. Changes nothing; to compare
 * it locks the rows of one branch for a moment, so that its user must be allowed to write to them. Called without arguments
 * it says how it is used.
 *
 * <p>Ends with 0; with 1 when something was found that a rollback cannot undo; with 2 when it was called in a wrong way or
 * failed. What it prints is for people and may change; these numbers may not.
 */
public final class InspectUndoLogs {

    private static final int MOST = 1000;

    private static final String USAGE = """
            Shows what stands in undo_log. Changes nothing.

              java -cp '<jars of the application>/*' dev.lockstep.rm.inspect.InspectUndoLogs URL [options] list
              java -cp ...                           dev.lockstep.rm.inspect.InspectUndoLogs URL [options] show XID BRANCH

              URL               of the database, jdbc:...
              --user NAME       the password is read from the environment variable LOCKSTEP_DB_PASSWORD
              --table NAME      of the undo logs, if it is not undo_log

            list shows branches, oldest first; show says what a rollback would do today: the SQL, and for rows that somebody
            else has changed what was there before, what the branch left, and what is there now.""";

    private InspectUndoLogs() {}

    /**
     * See the class; ends the process.
     *
     * @param arguments the URL of the database, options, and what to do, as the class prints when there are none
     */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv("LOCKSTEP_DB_PASSWORD"), System.out));
    }

    /** What {@code main} does, without ending the process. */
    static int run(List<String> arguments, @Nullable String password, PrintStream out) {
        List<String> words = new ArrayList<>();
        String user = null;
        String table = "undo_log";
        for (int i = 0; i < arguments.size(); i++) {
            boolean hasValue = i + 1 < arguments.size();
            if (arguments.get(i).equals("--user") && hasValue) {
                user = arguments.get(++i);
            } else if (arguments.get(i).equals("--table") && hasValue) {
                table = arguments.get(++i);
            } else {
                words.add(arguments.get(i));
            }
        }
        try {
            if (words.size() == 2 && words.get(1).equals("list")) {
                return list(new UndoLogInspector(new OfUrl(words.get(0), user, password), table), out);
            }
            if (words.size() == 4 && words.get(1).equals("show")) {
                UndoLogInspector inspector = new UndoLogInspector(new OfUrl(words.get(0), user, password), table);
                return show(inspector, words.get(2), Long.parseLong(words.get(3)), out);
            }
        } catch (SQLException | UndoLogFormatException | IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        }
        out.println(USAGE);
        return 2;
    }

    private static int list(UndoLogInspector inspector, PrintStream out) throws SQLException {
        boolean anyDirty = false;
        List<UndoLogUpkeep.Entry> entries = inspector.list(MOST);
        for (UndoLogUpkeep.Entry entry : entries) {
            String kind = entry.context().isUndone() ? "undone" : entry.marker() ? "marker" : "undo log";
            anyDirty |= entry.context().isDirty();
            out.printf(
                    "%s  %-8s  xid %s  branch %d%s%n",
                    entry.created(),
                    kind,
                    entry.branch().xid(),
                    entry.branch().branchId(),
                    entry.context().isDirty() ? "  DIRTY" : "");
        }
        out.println(entries.size() < MOST ? entries.size() + " rows" : "the oldest " + MOST + " rows");
        return anyDirty ? 1 : 0;
    }

    private static int show(UndoLogInspector inspector, String xid, long branchId, PrintStream out)
            throws SQLException, UndoLogFormatException {
        Optional<List<RowReport>> reports = inspector.compare(xid, branchId);
        if (reports.isEmpty()) {
            out.println("No undo log of branch " + branchId + " of " + xid);
            return 0;
        }
        boolean dirty = false;
        int statement = 0;
        for (RowReport report : reports.get()) {
            if (report.statement() != statement) {
                statement = report.statement();
                out.printf("%n-- statement %d was %s %s%n", statement, report.kind(), report.table());
            }
            dirty |= report.state() == RowReport.State.DIRTY;
            show(report, out);
        }
        out.println();
        out.println(dirty ? "A rollback stops at the rows marked DIRTY." : "A rollback would succeed.");
        return dirty ? 1 : 0;
    }

    private static void show(RowReport report, PrintStream out) {
        switch (report.state()) {
            case AS_LEFT -> out.println(report.sql() + ";");
            case BACK_ALREADY -> out.println("-- row " + report.key() + " is back already");
            case DIRTY -> {
                out.println("-- DIRTY: row " + report.key() + " of " + report.table());
                for (RowReport.Column column : report.columns()) {
                    out.printf(
                            "--   %s: before %s, left by the branch %s, now %s%n",
                            column.name(), column.before(), column.left(), column.now());
                }
            }
        }
    }

    /** A database by its URL, without a pool. */
    private static final class OfUrl implements DataSource {
        private final String url;
        private final @Nullable String user;
        private final @Nullable String password;

        private OfUrl(String url, @Nullable String user, @Nullable String password) {
            this.url = url;
            this.user = user;
            this.password = password;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return user == null ? DriverManager.getConnection(url) : DriverManager.getConnection(url, user, password);
        }

        @Override
        public Connection getConnection(String name, String secret) throws SQLException {
            return DriverManager.getConnection(url, name, secret);
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter writer) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException("no java.util.logging here", "0A000");
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("Wraps nothing: " + type.getName(), "0A000");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}

package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The local transaction that is open on a connection: for which global transaction it works, and what else is known of it here.
 *
 * <p>It is bound late, by the first write or locking read inside a global transaction, and stays bound until it ends: every
 * write on the connection is captured under the same xid, from whichever thread it comes.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class LocalTransaction {

    private final CommitByMode mode;
    private final Connection connection;

    /** Whether the connection is known to be captured by nobody else. */
    private boolean capturedHereOnly;

    /** By the driver's own objects; null as long as there is none, as in most local transactions. */
    private @Nullable Map<Savepoint, Mark> savepoints;

    private @Nullable BranchContext branch;

    /** Whether it has changed rows without being bound; means nothing in autocommit mode. */
    private boolean wroteUnbound;

    /** How often something may have run since it began; at first that is not known. */
    private int runs = 1;

    /** Whether the user may have the driver's own objects, through which things run unseen. */
    private boolean exposed;

    /**
     * What was known when a savepoint was set.
     *
     * @param name the user's; null where the driver gave one
     */
    private record Mark(@Nullable String name, int changes, boolean wroteUnbound) {}

    /**
     * @param mode what may have committed the one before
     * @param connection the one that it is open on, the driver's own or a pool's
     */
    LocalTransaction(CommitByMode mode, Connection connection) {
        this.mode = mode;
        this.connection = connection;
    }

    /** What it has done for its global transaction, or under global locks; null as long as it is not bound. */
    @Nullable
    BranchContext branch() {
        return branch;
    }

    // ---- what runs

    /** Whether a statement that runs now belongs to a global transaction, or must keep to global locks. */
    boolean isInside() {
        return branch != null
                || ((GlobalScope.current() != null || GlobalLockScope.current() != null) && !isCapturedElsewhere());
    }

    /**
     * Whether the connection is a pool's around one of ours, which captures what runs: a second capture would take the first one's own
     * statements for the user's. Only asked inside, where a pool says the truth since it has started; and each time as long as the answer
     * is yes, since a proxy may lead elsewhere later.
     */
    private boolean isCapturedElsewhere() {
        if (!capturedHereOnly) {
            capturedHereOnly = !AtConnection.isBehind(connection);
        }
        return !capturedHereOnly;
    }

    /** The same for one that runs now, whatever it is. */
    boolean runsInside() throws SQLException {
        mode.goOn();
        runs++;
        return isInside();
    }

    /** Counts one that is captured; tells whether nothing else has run before it. */
    boolean runsFirst() {
        return runs++ == 1;
    }

    /** Whether anything may have run. */
    boolean hasRun() {
        return runs > 0;
    }

    /** Whether things may run that nobody here sees. */
    boolean isExposed() {
        return exposed;
    }

    /** Rows were changed, or may have been, that nobody has captured. */
    void wrote() {
        wroteUnbound = true;
    }

    /** The user is given an object of the driver's own. */
    void expose() throws SQLException {
        mode.goOn();
        exposed = true;
        runs++;
    }

    // ---- binding

    /**
     * Binds it to the global transaction of this thread, or to global locks alone, or finds it bound.
     *
     * @param resourceId of its database
     * @throws SQLException if it cannot take part, or takes part in another one
     */
    BranchContext join(String resourceId) throws SQLException {
        GlobalScope here = GlobalScope.current();
        BranchContext bound = branch;
        if (bound == null) {
            bound = here == null ? bindToLocks(resourceId) : bind(here, resourceId);
        } else if (bound.isOutside()) {
            if (here != null) {
                throw writtenBefore(resourceId, here);
            }
        } else if (here != null && !here.isSameTransactionAs(bound.scope())) {
            throw refused(
                    "this local transaction belongs to global transaction "
                            + bound.scope().label() + " and this thread works for " + here.label()
                            + ". End the local transaction first",
                    resourceId,
                    bound.scope());
        }
        Throwable doomedBy = bound.doomedBy();
        if (doomedBy != null) {
            throw doomed(bound, doomedBy, resourceId);
        }
        if (bound.isCommitting()) {
            throw writtenByListener(bound, resourceId);
        }
        if (!bound.isOutside()) {
            requireOpen(bound.scope(), resourceId);
        }
        return bound;
    }

    /** It stays outside any global transaction, and keeps to global locks until it ends. */
    private BranchContext bindToLocks(String resourceId) throws SQLException {
        GlobalLockScope lock = GlobalLockScope.current();
        if (lock == null) {
            throw new IllegalStateException("No global transaction to join");
        }
        if (wroteUnbound) {
            throw new SQLNonTransientException(
                    "Write refused on " + resourceId
                            + ": its local transaction has already changed rows before @GlobalLock began, and nobody knows"
                            + " whether they were free. Put @GlobalLock around the whole local transaction.",
                    "25000");
        }
        BranchContext bound = new BranchContext(lock, resourceId);
        branch = bound;
        return bound;
    }

    private BranchContext bind(GlobalScope scope, String resourceId) throws SQLException {
        if (wroteUnbound) {
            throw writtenBefore(resourceId, scope);
        }
        requireOpen(scope, resourceId);
        BranchContext bound = new BranchContext(scope, resourceId);
        if (!scope.forBranches().enlist(bound)) {
            throw refused("the global transaction is ending", resourceId, scope);
        }
        branch = bound;
        return bound;
    }

    private static SQLException writtenBefore(String resourceId, GlobalScope scope) {
        return refused(
                "its local transaction has already changed rows outside the global transaction, which could not be undone"
                        + " with it. Begin the global transaction first, or commit before it",
                resourceId,
                scope);
    }

    private static SQLException doomed(BranchContext bound, Throwable cause, String resourceId) {
        return new SQLNonTransientException(
                "Write refused on " + resourceId
                        + ": an earlier statement of this local transaction failed and could not be undone, so that it"
                        + " can only be rolled back: " + cause.getMessage()
                        + ". Roll back, or close the connection (xid "
                        + bound.label() + ").",
                "25000",
                cause);
    }

    private static SQLException writtenByListener(BranchContext bound, String resourceId) {
        return new SQLNonTransientException(
                "Write refused on " + resourceId
                        + ": its local transaction is being committed, and which rows are locked and can be undone is settled"
                        + " already. Let a listener that is told of that write on a connection of its own (xid "
                        + bound.label() + ").",
                "25000");
    }

    private static void requireOpen(GlobalScope scope, String resourceId) throws SQLException {
        String reason = scope.isEnded()
                ? "the global transaction has ended. Work on another thread that nobody waits for, such as an @Async method,"
                        + " belongs outside: @GlobalTransactional(propagation = NOT_SUPPORTED) there takes it out"
                : scope.rollbackOnlyReason();
        if (reason != null) {
            throw refused("it could only be rolled back: " + reason, resourceId, scope);
        }
    }

    private static SQLException refused(String why, String resourceId, GlobalScope scope) {
        return new SQLNonTransientException(
                "Write refused on " + resourceId + ": " + why + " (xid " + scope.label() + ").", "25000");
    }

    // ---- beginning and end

    /** @throws SQLException to a listener that is told of its commit, and would end it or take back what its branch stands for */
    void requireNotCommitting() throws SQLException {
        BranchContext bound = branch;
        if (bound != null && bound.isCommitting()) {
            throw new SQLNonTransientException(
                    "Refused: this local transaction is being committed, and a listener that is told of that can neither end"
                            + " it nor take anything back. Mark the global transaction to be rolled back, and all of it is"
                            + " (xid " + bound.label() + ").",
                    "25000");
        }
    }

    /** Another one begins when something runs. */
    void begin() {
        wroteUnbound = false;
        runs = exposed ? 1 : 0;
    }

    /** Another one begins with the statement that runs now, which is none of the driver's own. */
    void beginHere() {
        wroteUnbound = false;
        runs = 1;
    }

    /** It has ended: its global transaction waits for it no more. */
    void end() {
        BranchContext bound = branch;
        branch = null;
        begin();
        savepoints = null;
        if (bound != null) {
            bound.leave();
        }
    }

    // ---- savepoints

    /**
     * Keeps what is known now, to come back to. Databases go by the name: an earlier savepoint of the same name is forgotten, since
     * whoever comes back to it finds the later one. PostgreSQL shows the earlier one again once the later is released; there it is
     * refused like elsewhere.
     *
     * @param name the user's; null where the driver gave one
     */
    Savepoint marked(Savepoint savepoint, @Nullable String name) {
        runs++;
        if (savepoints == null) {
            savepoints = new IdentityHashMap<>();
        }
        if (name != null) {
            savepoints.values().removeIf(mark -> mark.name() != null && mayBeSameName(mark.name(), name));
        }
        savepoints.put(savepoint, new Mark(name, branch == null ? 0 : branch.mark(), wroteUnbound));
        return savepoint;
    }

    /** Whether any database takes one for the other: MySQL looks at no case, no accents and no blanks at the end. */
    private static boolean mayBeSameName(String one, String other) {
        return !isAscii(one) || !isAscii(other) || leading(one).equalsIgnoreCase(leading(other));
    }

    private static boolean isAscii(String name) {
        return name.chars().allMatch(character -> character < 128);
    }

    /** PostgreSQL looks at so many bytes. */
    private static String leading(String name) {
        return name.substring(0, Math.min(name.length(), 63)).stripTrailing();
    }

    /** @throws SQLException if it is bound, and nobody knows what it had done when that savepoint was set */
    void requireKnown(Savepoint savepoint) throws SQLException {
        BranchContext bound = branch;
        if (bound != null && markOf(savepoint) == null) {
            throw new SQLException(
                    "The savepoint is none of this local transaction, or a later one has taken its name: the database would"
                            + " go back to that one. Give each a name of its own, or none (xid "
                            + bound.label() + ").",
                    "3B001");
        }
    }

    /** The database has undone what came after a savepoint. */
    void rolledBackTo(Savepoint savepoint) {
        Mark mark = markOf(savepoint);
        if (mark != null) {
            wroteUnbound = mark.wroteUnbound();
            if (branch != null) {
                branch.forgetAfter(mark.changes());
            }
        }
    }

    void released(Savepoint savepoint) {
        if (savepoints != null) {
            savepoints.remove(savepoint);
        }
    }

    private @Nullable Mark markOf(Savepoint savepoint) {
        return savepoints == null ? null : savepoints.get(savepoint);
    }
}

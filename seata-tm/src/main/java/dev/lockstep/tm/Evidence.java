package dev.lockstep.tm;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows by itself of one global transaction, for the case that the TC has forgotten it before it could
 * tell how it ended. Thread-safe.
 *
 * <p>A command to roll back proves which way it went, and no more: branches of other processes may stand as they were
 * written. TC 1.4.2 stops at a branch that cannot be rolled back, leaves the remaining ones, frees the locks and forgets all
 * of it (measured; later ones keep it), and any TC forgets what it was doing with its store.
 */
final class Evidence {

    /**
     * The branches that the RM of this process has registered and not rolled back; made with the first of them, as many
     * global transactions have none.
     */
    private final AtomicReference<@Nullable Set<Long>> standing = new AtomicReference<>();

    private volatile boolean passedOn;
    private volatile boolean usedHere;
    private volatile boolean commitSeen;
    private volatile boolean rollbackSeen;
    private volatile boolean leftAsWritten;
    private volatile boolean rollbackAnnounced;
    private volatile boolean toldRolledBack;

    /** Somebody whose branches are not known here has seen the xid. */
    void passedOn() {
        if (!passedOn) {
            passedOn = true;
        }
    }

    /** The RM of this process has seen the xid, and says which branches it registers with it. */
    void usedHere() {
        if (!usedHere) {
            usedHere = true;
        }
    }

    void registered(long branchId) {
        if (standing.get() == null) {
            standing.compareAndSet(null, ConcurrentHashMap.newKeySet(1));
        }
        Objects.requireNonNull(standing.get()).add(branchId);
    }

    void commitSeen() {
        commitSeen = true;
    }

    void rollbackSeen() {
        rollbackSeen = true;
    }

    void rolledBack(long branchId) {
        Set<Long> known = standing.get();
        if (known != null) {
            known.remove(branchId);
        }
    }

    void leftAsWritten() {
        leftAsWritten = true;
    }

    /** A participant is about to have it rolled back. That proves nothing, but is a reason for a TC to have forgotten it. */
    void rollbackAnnounced() {
        rollbackAnnounced = true;
    }

    boolean wasRollbackAnnounced() {
        return rollbackAnnounced;
    }

    /** A participant has the TC's word that all of it is rolled back. */
    void toldRolledBack() {
        toldRolledBack = true;
    }

    /** Whether a branch can exist: not if nobody ever saw the xid. */
    boolean mayHaveBranches() {
        return passedOn || usedHere;
    }

    /** Whether no branch stands anywhere: this process knows of every branch that there can be, and each is rolled back. */
    boolean nothingStands() {
        Set<Long> known = standing.get();
        return toldRolledBack || !passedOn && (known == null || known.isEmpty());
    }

    /** Whether the TC had branches committed. */
    boolean wasCommitSeen() {
        return commitSeen;
    }

    /** Whether the TC had branches rolled back. */
    boolean wasRollbackSeen() {
        return rollbackSeen || toldRolledBack;
    }

    /** Whether a branch of this process cannot be rolled back, so that its rows stand as it wrote them. */
    boolean isLeftAsWritten() {
        return leftAsWritten;
    }
}

package dev.lockstep.tm.branch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A global transaction as the RM of this process sees it, which makes branches of it: {@code GlobalScope.forBranches()} gives
 * it, the same object each time. Thread-safe.
 */
public interface ScopeForBranches {

    /**
     * Takes in a local transaction that is about to write.
     *
     * @return false when the outcome of the global transaction is already being decided: the write must be refused
     */
    boolean enlist(LocalWork work);

    /** Takes out a local transaction that has ended, committed or not. Harmless when it was never taken in. */
    void delist(LocalWork work);

    /** The local transactions that have joined and not ended. */
    List<LocalWork> unfinished();

    /**
     * Tells that {@link #xid()} will most likely be asked for, so that the TC may be asked already: before a statement that
     * will make a branch. Does not wait, and what goes wrong is told by {@link #xid()}; where that is never asked for, it is
     * as if nothing had begun.
     */
    void beginAhead();

    /**
     * The xid to come, where the TC has been asked for it and has not answered: for one more request that needs nothing else
     * and can follow it by itself. Who sends that calls {@link #xid()} afterwards, which says what became of the begin. Null
     * otherwise: then {@link #xid()} is to be asked first.
     */
    @Nullable
    CompletableFuture<String> xidOnItsWay();

    /**
     * The xid as {@code GlobalScope.xid()} gives it, with the same errors, for an RM that passes it to the TC alone and names
     * every branch by {@link #registered}.
     */
    String xid();

    /**
     * The RM of this process has registered a branch. To be called before its local transaction can be committed: when the TC
     * has forgotten the global transaction, the launcher goes by this.
     */
    void registered(long branchId);

    /** When it ends. For one that this process has launched and begun; null for others, of whose end nobody tells. */
    @Nullable
    GlobalEnd whenOver();
}

package dev.lockstep.tm;

/**
 * Is told of every step of the global transactions that a {@link GlobalTransactionTemplate} launches; or of one of them, by
 * {@link GlobalScope#addListener}. Not of those it only takes part in.
 *
 * <p>Called on the thread that launched, except {@code beforeBegin} and {@code afterBegin} where the begin is lazy: the one
 * comes on the thread whose write or look at the xid has the TC asked, the other on the thread that needs the xid. No error is
 * swallowed: one from before a step prevents it, one from after a step is told and changes nothing of what has been done. In
 * {@code beforeBegin}, and when it has ended, nothing is bound to the thread: what a listener writes or calls then is its own.
 * Implementations for several global transactions are thread-safe.
 */
public interface TransactionListener {

    /**
     * A global transaction is there and its work about to run; on the launching thread, and followed there by exactly one
     * {@code afterCompletion}. It may not have begun. An error keeps the work from running and is thrown to the caller.
     */
    default void launched(GlobalScope scope) {}

    /**
     * About to ask the TC for an xid. An error stops that: the global transaction cannot be begun then. Where the write that
     * it is asked for fails or finds no row, nobody needs the xid, and no {@code afterBegin} follows.
     *
     * <p>There is no xid yet, and nothing is bound to the thread until this returns: {@link GlobalScope#current()} is null,
     * and what is written or called here is outside the global transaction and stays when that is rolled back. Only a
     * connection with a local transaction that has joined goes on with it, so this must write on one of its own. {@link
     * GlobalScope#xid()} of a scope that was kept from {@code launched} throws {@link IllegalStateException}; another thread
     * that needs the xid waits until this returns, and must not be waited for. Whoever launches a global transaction of its
     * own here is told of that one as well.
     */
    default void beforeBegin(GlobalTransactionDefinition definition) {}

    /**
     * The xid is there. An error lets the global transaction only be rolled back; the branch that needed the xid may be
     * registered by then, and is rolled back with nothing in it.
     */
    default void afterBegin(GlobalScope scope) {}

    /**
     * The work is done, and the commit is to be asked for; the scope is still open, so this may write. Also called where
     * nothing has begun. An error rolls back instead and is thrown to the caller.
     */
    default void beforeCommit(GlobalScope scope) {}

    /**
     * It is committed, or certain to be, or had nothing to commit. An error is thrown as {@link ListenerFailedException},
     * which says that the commit stands.
     */
    default void afterCommit(GlobalScope scope) {}

    /** The rollback is to be asked for. An error is added to the failure that made it necessary; the rollback goes on. */
    default void beforeRollback(GlobalScope scope) {}

    /** It is rolled back, or the TC is certain to do it, or there was nothing to roll back. Errors as before. */
    default void afterRollback(GlobalScope scope) {}

    /**
     * The last word, after every launched global transaction, however it ended. It comes after {@code afterCommit} and
     * {@code afterRollback}, and alone where the outcome is neither.
     */
    default void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {}
}

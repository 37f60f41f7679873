package dev.lockstep.rm.at.dialect;

/**
 * How rows are read for images, and locked. Immutable.
 *
 * @param lockClause what follows a SELECT so that it locks what it reads and reads what is current
 * @param updateLockClause the same for rows that are about to be updated; no stronger than the lock that an UPDATE takes anyway
 * @param ownRowsClause what follows a SELECT by key so that it reads rows which this transaction has just written as they are
 *     now: the locking clause, unless a plain SELECT reads them so at every isolation level and changes nothing of what the user
 *     will read
 * @param mostRows how many rows one statement of ours may name by key
 */
public record RowReads(String lockClause, String updateLockClause, String ownRowsClause, int mostRows) {

    /** What standard SQL says. */
    public static final RowReads STANDARD = new RowReads("FOR UPDATE", "FOR UPDATE", "FOR UPDATE", 500);

    /** See {@link #updateLockClause}; by default the clause for all other rows. */
    public RowReads lockingForUpdatesBy(String clause) {
        return new RowReads(lockClause, clause, ownRowsClause, mostRows);
    }

    /** A plain SELECT reads a transaction's own rows as they are, and a later one no other rows because of it. */
    public RowReads ownRowsUnlocked() {
        return new RowReads(lockClause, updateLockClause, "", mostRows);
    }
}

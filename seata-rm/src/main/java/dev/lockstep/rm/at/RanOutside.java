package dev.lockstep.rm.at;

/**
 * Notes what statements that run outside a global transaction may leave behind: changes that nobody has captured, in a local
 * transaction that can therefore join none any more, and a session that was led elsewhere. Hardly more than a look at a text's
 * first word, as nobody there shall pay for more.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class RanOutside {

    private final LocalTransaction transaction;
    private final AtSession session;

    RanOutside(LocalTransaction transaction, AtSession session) {
        this.transaction = transaction;
        this.session = session;
    }

    /** One that gave rows: some write all the same, or lead elsewhere. */
    void gaveRows(String sql) {
        if (WritingQuery.mayChangeNamesBesides(sql)) {
            session.namesMayHaveChanged();
        }
        if (WritingQuery.mayWrite(sql)) {
            transaction.wrote();
        }
    }

    /** One that gave a count, 0 also if it is no write. */
    void gaveCount(long affected, String sql) {
        if (affected > 0) {
            transaction.wrote();
            if (WritingQuery.mayChangeNamesBesides(sql)) {
                session.namesMayHaveChanged();
            }
            return;
        }
        // Whatever changes no row may have been a SET SCHEMA.
        if (WritingQuery.mayChangeNames(sql)) {
            session.namesMayHaveChanged();
        } else {
            session.mayHaveChanged();
        }
        if (WritingQuery.mayWriteUncounted(sql)) {
            transaction.wrote();
        }
    }

    /** A batch, or as much of it as was run. */
    void gaveCounts(int[] counts) {
        if (counts.length > 0) {
            transaction.wrote();
        } else {
            session.mayHaveChanged();
        }
    }

    /** A batch of texts: any of them may have been a SET SCHEMA. */
    void ranTexts() {
        session.namesMayHaveChanged();
    }

    /** A row was changed through a result set. */
    void changedRow() {
        transaction.wrote();
    }

    /** A procedure that is about to run: it may write and lead elsewhere, also if it fails then. */
    void callsProcedure() {
        transaction.wrote();
        session.namesMayHaveChanged();
    }
}

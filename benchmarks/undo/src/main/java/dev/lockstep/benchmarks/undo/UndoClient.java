package dev.lockstep.benchmarks.undo;

import java.sql.Connection;
import java.sql.SQLException;

/** A client as far as undo logs are concerned: TC, transport and TM are left out. Used by one thread. */
interface UndoClient extends AutoCloseable {

    /** What a branch does. */
    interface LocalWork {
        void run(Connection connection) throws SQLException;
    }

    /** Runs the work as one branch and commits it locally. */
    void write(String xid, long branchId, LocalWork work) throws Exception;

    /** Rolls a branch back as at the TC's command, or throws. */
    void rollBack(String xid, long branchId) throws Exception;

    /** Tells that a branch is committed, as the TC does; false if the TC is to come again. Its undo log goes in the background. */
    boolean commit(String xid, long branchId) throws Exception;

    @Override
    void close();
}

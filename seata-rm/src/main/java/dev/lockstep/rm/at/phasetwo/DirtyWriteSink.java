package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.DirtyWriteException;

/** Is told of branches that cannot be rolled back because somebody else has written to their rows. */
public interface DirtyWriteSink {

    /**
     * Called on the thread that answers the TC, once for each refused rollback, after the undo log was flagged.
     *
     * @param what the first difference found
     */
    void dirty(String resourceId, String xid, long branchId, DirtyWriteException what);
}

package dev.lockstep.rm.event;

/** What an RM, or the TC, tries again until it works; the log tells of it at growing intervals only. */
public enum RepeatedTrouble {
    /** A branch could not be rolled back now, and the TC will ask for it again. */
    ROLLBACK_PUT_OFF,
    /** Undo logs of committed branches could not be deleted now. */
    UNDO_LOGS_NOT_DELETED,
    /** The TC sent a branch of a resource that is not known here, and was told to try again. */
    UNKNOWN_RESOURCE,
    /** The database of a data source could not be reached in the background. */
    DATABASE_NOT_REACHED
}

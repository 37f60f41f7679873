package io.seata.tm.api.transaction;

/** What annotated code does with the global transaction that its thread may already work for. */
public enum Propagation {

    /** Joins the global transaction of the thread; begins one if there is none. */
    REQUIRED,

    /** Begins one of its own; that of the thread is set aside meanwhile. */
    REQUIRES_NEW,

    /** Runs without one; that of the thread is set aside meanwhile. */
    NOT_SUPPORTED,

    /** Joins the global transaction of the thread; runs without one if there is none. */
    SUPPORTS,

    /** Must not run inside a global transaction. */
    NEVER,

    /** Must run inside a global transaction that somebody else began. */
    MANDATORY
}

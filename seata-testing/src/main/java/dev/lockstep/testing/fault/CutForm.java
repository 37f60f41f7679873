package dev.lockstep.testing.fault;

/**
 * How the client sees a connection end. The TC always sees an orderly end, so that what was passed to it before the cut is
 * read and executed.
 */
public enum CutForm {
    /** An orderly end: what was passed before it is read first. */
    FIN,
    /** A reset: the next read or write fails. */
    RST
}

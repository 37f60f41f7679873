package dev.lockstep.rpc.policy;

/** How branch reports that leave together are packed. */
public enum ReportForm {
    /** What suits the TC best by its version; single frames today, which suit all. */
    AUTO,

    /** A frame for each report, all of one batch in one write. */
    SINGLE,

    /** One frame for all reports of a batch; single frames all the same where the TC would lose answers. */
    MERGED
}

package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.TcVersion;

/** How branch reports that leave together are packed. */
public enum ReportForm {
    /** What suits the TC best by its version; single frames today, which suit all. */
    AUTO {
        @Override
        boolean merges(TcVersion tc) {
            // The one place where the default is decided. A TC from 1.7 on hands the parts of a merged frame to the
            // common pool of its JVM, which has a thread less than there are CPUs and with one or two CPUs a new
            // thread for each part; single frames have its 50 to 500 workers.
            return false;
        }
    },

    /** A frame for each report, all of one batch in one write. */
    SINGLE {
        @Override
        boolean merges(TcVersion tc) {
            return false;
        }
    },

    /** One frame for all reports of a batch; single frames all the same where the TC would lose answers. */
    MERGED {
        @Override
        boolean merges(TcVersion tc) {
            return tc.answersMergedRequestsWholly();
        }
    };

    /** Whether reports to a TC of this version leave in one frame. */
    abstract boolean merges(TcVersion tc);
}

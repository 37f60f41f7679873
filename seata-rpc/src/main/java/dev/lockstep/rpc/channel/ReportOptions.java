package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.TcVersion;
import dev.lockstep.rpc.policy.ReportForm;
import java.time.Duration;

/**
 * How reports of successful branches are gathered.
 *
 * @param batchSize reports that leave together
 * @param linger how long one waits for others at most
 * @param form how those of one batch are packed
 * @param spare whether one that has not left when its transaction ends is not sent any more
 * @param timeout how long the answer to a report is awaited
 */
public record ReportOptions(int batchSize, Duration linger, ReportForm form, boolean spare, Duration timeout) {

    /** Whether reports to a TC of this version leave in one frame. */
    static boolean merges(ReportForm form, TcVersion tc) {
        return switch (form) {
            // The one place where the default is decided. A TC from 1.7 on hands the parts of a merged frame to the
            // common pool of its JVM, which has a thread less than there are CPUs and with one or two CPUs a new
            // thread for each part; single frames have its 50 to 500 workers.
            case AUTO, SINGLE -> false;
            case MERGED -> tc.answersMergedRequestsWholly();
        };
    }
}

package dev.lockstep.rpc.channel;

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
public record ReportOptions(int batchSize, Duration linger, ReportForm form, boolean spare, Duration timeout) {}

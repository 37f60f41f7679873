package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rm.ResourceManagerOptions;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the RM: {@code report-success} (on or off), {@code lock-retry-limit-ms}, {@code lock-retry-times}, {@code
 * undo-compression} and {@code whole-rows} (on to image all columns). What is not given keeps the client's default.
 */
final class BranchSettings {

    private BranchSettings() {}

    static ResourceManagerOptions of(Map<String, String> settings) {
        var options = ResourceManagerOptions.builder();
        var reports = settings.get("report-success");
        if (reports != null) {
            options.reportSuccess(reports.equals("on"));
        }
        var limit = settings.get("lock-retry-limit-ms");
        if (limit != null) {
            options.lockRetryLimit(Duration.ofMillis(Long.parseLong(limit)));
        }
        var times = settings.get("lock-retry-times");
        if (times != null) {
            options.lockRetryTimes(Integer.parseInt(times));
        }
        var compression = settings.get("undo-compression");
        if (compression != null) {
            options.undoCompression(compression);
        }
        var wholeRows = settings.get("whole-rows");
        if (wholeRows != null) {
            options.onlyCareUpdateColumns(!wholeRows.equals("on"));
        }
        return options.build();
    }
}

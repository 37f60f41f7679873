package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.policy.ReportForm;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How branch reports travel: {@code report-batch} (how many leave together), {@code report-linger} (milliseconds that one
 * waits for others), {@code report-form} (single, merged or auto), {@code report-spare} (whether they are saved when their
 * transaction has ended).
 * What is not given keeps the client's default.
 */
final class ReportSettings {

    private static final String BATCH = "report-batch";
    private static final String LINGER = "report-linger";
    private static final String SPARE = "report-spare";
    private static final String FORM = "report-form";

    private ReportSettings() {}

    static RpcOptions.Builder apply(RpcOptions.Builder options, Map<String, String> settings) {
        var batch = settings.get(BATCH);
        if (batch != null) {
            options.reportBatchSize(Integer.parseInt(batch));
        }
        var linger = settings.get(LINGER);
        if (linger != null) {
            options.reportLinger(Duration.ofMillis(Long.parseLong(linger)));
        }
        var spare = settings.get(SPARE);
        if (spare != null) {
            options.spareReports(Boolean.parseBoolean(spare));
        }
        var form = settings.get(FORM);
        if (form != null) {
            options.reportForm(ReportForm.valueOf(form.toUpperCase(Locale.ROOT)));
        }
        return options;
    }
}

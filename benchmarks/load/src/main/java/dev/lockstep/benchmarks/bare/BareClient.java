package dev.lockstep.benchmarks.bare;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Workload;
import java.time.Duration;
import java.util.Map;

/** The process of a bare client. Settings: {@code tc}, {@code application}, {@code form} (pipelined or parked). */
public final class BareClient {

    private BareClient() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, BareClient::open);
    }

    private static ClientUnderLoad open(Map<String, String> settings) throws Exception {
        var tc = settings.get("tc");
        var application = settings.get("application");
        var form = settings.get("form");
        if (tc == null || application == null || form == null) {
            throw new IllegalArgumentException("Wanted tc, application and form, given " + settings + ".");
        }
        ClientUnderLoad client = switch (form) {
            case "pipelined" -> PipelinedBare.open(tc, application);
            case "parked" -> ParkedBare.open(tc, application);
            default -> throw new IllegalArgumentException("There is no form " + form + ".");
        };
        client.run(new Round(Workload.EMPTY.label(), 1, Duration.ofMillis(1)));
        return client;
    }
}

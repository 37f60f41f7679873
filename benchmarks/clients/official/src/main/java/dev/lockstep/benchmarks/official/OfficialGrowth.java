package dev.lockstep.benchmarks.official;

import dev.lockstep.benchmarks.growth.GrowthClient;
import dev.lockstep.benchmarks.load.ClientProcess;

/** The process of growing work with the official client. Settings: those of {@link OfficialLibrary} and {@link GrowthClient}. */
public final class OfficialGrowth {

    private OfficialGrowth() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> GrowthClient.open(settings, OfficialLibrary.open(settings)));
    }
}

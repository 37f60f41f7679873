package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.growth.GrowthClient;
import dev.lockstep.benchmarks.load.ClientProcess;

/** The process of growing work with our client. Settings: those of {@link LockstepLibrary} and {@link GrowthClient}. */
public final class LockstepGrowth {

    private LockstepGrowth() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> GrowthClient.open(settings, LockstepLibrary.open(settings)));
    }
}

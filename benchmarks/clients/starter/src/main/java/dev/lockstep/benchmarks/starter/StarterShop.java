package dev.lockstep.benchmarks.starter;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.shop.ShopClient;

/** The process of the shop with our starter. Settings: those of {@link StarterLibrary} and {@link ShopClient}. */
public final class StarterShop {

    private StarterShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> ShopClient.open(settings, StarterLibrary.open(settings)));
    }
}

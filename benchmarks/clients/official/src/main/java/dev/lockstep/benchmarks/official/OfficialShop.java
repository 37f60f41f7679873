package dev.lockstep.benchmarks.official;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.shop.ShopClient;

/** The process of the shop with the official client. Settings: those of {@link OfficialLibrary} and {@link ShopClient}. */
public final class OfficialShop {

    private OfficialShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> ShopClient.open(settings, OfficialLibrary.open(settings)));
    }
}

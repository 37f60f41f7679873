package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.shop.ShopClient;

/** The process of the shop with our client. Settings: those of {@link LockstepLibrary} and {@link ShopClient}. */
public final class LockstepShop {

    private LockstepShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> ShopClient.open(settings, LockstepLibrary.open(settings)));
    }
}

package dev.lockstep.benchmarks.shop;

import dev.lockstep.benchmarks.load.ClientProcess;

/** The shop without global transactions: the same statements in local transactions alone, and nothing is rolled back. */
public final class PlainShop implements GlobalTransactionRunner {

    private PlainShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> {
            var databases = new ShopDatabases(false);
            return new ShopClient(databases, databases.orders(), databases.stock(), new PlainShop(), () -> {}).opened();
        });
    }

    @Override
    public void run(Work work) throws Exception {
        work.run();
    }

    @Override
    public boolean undoes() {
        return false;
    }
}

package dev.lockstep.benchmarks.shop;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.benchmarks.load.ClientProcess;
import javax.sql.DataSource;

/** The shop without global transactions: the same statements in local transactions alone, and nothing is rolled back. */
public final class PlainShop implements ClientLibrary {

    private PlainShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> ShopClient.open(settings, new PlainShop()));
    }

    @Override
    public DataSource wrap(DataSource dataSource) {
        return dataSource;
    }

    @Override
    public void run(Work work) throws Exception {
        work.run();
    }

    @Override
    public OpenTransaction open(Work work) throws Exception {
        work.run();
        return () -> {};
    }

    @Override
    public boolean undoes() {
        return false;
    }

    @Override
    public void close() {}
}

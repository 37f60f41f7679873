package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;

/**
 * One round of one client.
 *
 * <p>Throughput and latency are those of its window; what a transaction costs is of the whole turn, second phases included.
 *
 * @param number which repetition of this workload with these callers; those of the same number ran next to each other
 */
record Turn(String client, Round round, int number, RoundResult result) {

    boolean isOf(String otherClient, Cell cell) {
        return client.equals(otherClient) && cell.holds(round);
    }

    /** Of the whole turn: what its costs are shared among. */
    double transactions() {
        return result.value(RoundResult.TRANSACTIONS);
    }

    /** Of the window alone. */
    double perSecond() {
        return result.value(RoundResult.IN_WINDOW) / result.value(RoundResult.WINDOW_SECONDS);
    }

    /** Any of the totals of the result, for one transaction. */
    double each(String total) {
        return result.value(total) / transactions();
    }

    double clientCpuMicros() {
        return each(RoundResult.CPU_MILLIS) * 1_000;
    }

    /** What the JIT compiler took of the client's CPU. */
    double compilerPercent() {
        return 100 * result.value(RoundResult.COMPILER_MILLIS) / Math.max(1, result.value(RoundResult.CPU_MILLIS));
    }

    double tcCpuMicros() {
        return each(RoundResult.TC_CPU_MILLIS) * 1_000;
    }

    /** Whether the databases are on a server, so that their cost is not the client's. */
    boolean hasDatabaseServer() {
        return result.values().containsKey(RoundResult.DATABASE_CPU_MILLIS);
    }

    double databaseCpuMicros() {
        return each(RoundResult.DATABASE_CPU_MILLIS) * 1_000;
    }

    /** Of client, TC and database together. */
    double allCpuMicros() {
        return clientCpuMicros() + tcCpuMicros() + (hasDatabaseServer() ? databaseCpuMicros() : 0);
    }

    double failedPercent() {
        var failures = result.value(RoundResult.FAILURES);
        return 100 * failures / Math.max(1, failures + transactions());
    }

    /**
     * Transactions ended as they should, some of them in the window, every branch had its second phase, and the data is
     * right.
     *
     * @param mayFail whether transactions may fail
     */
    boolean isSound(boolean mayFail) {
        return result.value(RoundResult.IN_WINDOW) > 0
                && (mayFail || result.value(RoundResult.FAILURES) == 0)
                && result.value(RoundResult.BRANCHES_OPEN) == 0
                && result.value(RoundResult.DATA_WRONG) == 0;
    }

    String troubles() {
        return client + ", " + round.workload() + ", " + round.callers() + " callers: "
                + (long) transactions() + " transactions ended as they should, "
                + (long) result.value(RoundResult.IN_WINDOW) + " of them in the window, "
                + (long) result.value(RoundResult.FAILURES) + " failed, "
                + (long) result.value(RoundResult.BRANCHES_OPEN) + " branches without second phase, data "
                + (result.value(RoundResult.DATA_WRONG) == 0 ? "right" : "WRONG") + ". " + result.firstFailure();
    }
}

package dev.lockstep.benchmarks.shop;

import java.util.Arrays;
import java.util.Locale;

/** What one transaction of a round does in the shop. */
enum ShopWorkload {
    /** Begin, commit. */
    EMPTY,
    /** One SELECT by primary key. */
    READ_ONLY,
    /** One UPDATE by primary key, of a row that no other transaction touches at the time. */
    SINGLE,
    /** An INSERT into one database, then an UPDATE in the other. */
    ORDER,
    /** The same, and then a rollback. */
    ROLLED_BACK,
    /** One UPDATE by primary key, of one of four rows. */
    CONTENTION,
    /** A JDBC batch of 100 INSERTs. */
    BATCH,
    /** One UPDATE of 1,000 rows that no other transaction touches at the time. */
    UPDATE_1000,
    /** The same, and then a rollback. */
    UPDATE_1000_ROLLED_BACK;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException if there is none of this label
     */
    static ShopWorkload of(String label) {
        return Arrays.stream(values())
                .filter(workload -> workload.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no workload \"" + label + "\"; there are "
                        + Arrays.stream(values()).map(ShopWorkload::label).toList() + "."));
    }
}

package dev.lockstep.frameworks.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every framework shows when its data source is ours: the usual acts of a shop, each in its own way, are undone to the
 * cell or stay. The acts run inside {@link #locally}. A subclass is a framework; its own peculiarities are tests of its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class ShopContract {

    private static final Logger LOG = LoggerFactory.getLogger(ShopContract.class);

    protected final Shop shop;

    protected ShopContract(ShopDatabase database) throws SQLException {
        shop = new Shop(database);
        shop.plain(ShopTables.creation(database.product()));
    }

    // ---- the framework

    /** Does the work in one local transaction of the framework, committed at its end, rolled back after an exception. */
    protected abstract void locally(Shop.Work work) throws Exception;

    /** Inserts a customer and returns the key that the database gave. */
    protected abstract long addCustomer(String name, String email);

    /** Inserts products in one batch; the keys are given. */
    protected abstract void addProducts(List<Product> products);

    /** Sets the prices by product in one batch. */
    protected abstract void reprice(Map<Long, BigDecimal> prices);

    /** Deletes products in one batch. */
    protected abstract void removeProducts(List<Long> ids);

    /** Lowers the stock unless there is too little; returns the number of rows changed. */
    protected abstract int takeFromStock(long product, int amount);

    /** Inserts a purchase under a number of the sequence, then its lines in one batch; returns the number. */
    protected abstract long buy(long customer, List<Line> lines);

    /** The stock of a product, its row locked until the local transaction ends. */
    protected abstract int stockForUpdate(long product);

    /** A page of the names of all products in the order of their keys. */
    protected abstract List<String> productNames(int offset, int limit);

    /** The names of the products in the purchases of a customer, by purchase and line: a join of four tables. */
    protected abstract List<String> productsBoughtBy(String customer);

    /** Runs SQL text as the framework offers it. */
    protected abstract void write(String sql);

    /** What the framework throws when the database refuses something. */
    protected abstract Class<? extends Exception> frameworkException();

    // ---- the tests

    @BeforeEach
    void fill_the_shop() throws SQLException {
        shop.plain(ShopTables.content());
    }

    @AfterAll
    void close_the_shop() throws Exception {
        close();
        shop.close();
    }

    /** Closes what the framework has open. */
    protected void close() {}

    @Test
    void a_row_with_a_generated_key() throws Exception {
        AtomicLong id = new AtomicLong();

        Proof proof = shop.undoneThenDone(() -> locally(() -> id.set(addCustomer("Edsger", "edsger@example.org"))));

        assertThat(proof).isEqualTo(new Proof(Set.of("customer:" + id), 1));
        assertThat(shop.query("SELECT id, name, email FROM customer WHERE id > 2"))
                .containsExactly(id + "|Edsger|edsger@example.org");
    }

    @Test
    void a_batch_of_inserts() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> addProducts(List.of(
                Product.of(10, "nail", "0.05", 500),
                Product.of(11, "it's a \"rivet\"", "0.07", 0),
                Product.of(12, "washer", "0.01", 7)))));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:10", "product:11", "product:12"), 1));
        assertThat(shop.query("SELECT id, name, price, stock FROM product WHERE id > 3 ORDER BY id"))
                .containsExactly("10|nail|0.05|500", "11|it's a \"rivet\"|0.07|0", "12|washer|0.01|7");
    }

    @Test
    void a_batch_of_updates() throws Exception {
        Map<Long, BigDecimal> prices = new TreeMap<>(Map.of(1L, new BigDecimal("9.99"), 3L, new BigDecimal("0.01")));

        Proof proof = shop.undoneThenDone(() -> locally(() -> reprice(prices)));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:3"), 1));
        assertThat(shop.query("SELECT id, price FROM product ORDER BY id"))
                .containsExactly("1|9.99", "2|0.10", "3|0.01");
    }

    @Test
    void a_batch_of_deletes() throws Exception {
        shop.plain("DELETE FROM purchase_line");

        Proof proof = shop.undoneThenDone(() -> locally(() -> removeProducts(List.of(1L, 3L))));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:3"), 1));
        assertThat(shop.query("SELECT id FROM product")).containsExactly("2");
    }

    @Test
    void an_update_relative_to_what_is_there() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            assertThat(takeFromStock(1, 3)).isEqualTo(1);
            assertThat(takeFromStock(2, 21)).as("too little is there").isZero();
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1"), 1));
        assertThat(shop.query("SELECT id, stock FROM product ORDER BY id")).containsExactly("1|7", "2|20", "3|0");
    }

    @Test
    void several_tables_in_one_local_transaction_are_one_branch() throws Exception {
        AtomicLong customer = new AtomicLong();
        AtomicLong purchase = new AtomicLong();

        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            customer.set(addCustomer("Edsger", "edsger@example.org"));
            purchase.set(buy(customer.get(), List.of(new Line(1, 2, 3), new Line(2, 1, 1))));
            takeFromStock(2, 3);
            takeFromStock(1, 1);
        }));

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(proof.lockKeys())
                .containsExactlyInAnyOrder(
                        "customer:" + customer,
                        "purchase:" + purchase,
                        "purchase_line:" + purchase + "_1",
                        "purchase_line:" + purchase + "_2",
                        "product:1",
                        "product:2");
        assertThat(shop.query("SELECT line_no, product_id, amount FROM purchase_line WHERE purchase_id = " + purchase
                        + " ORDER BY line_no"))
                .containsExactly("1|2|3", "2|1|1");
        assertThat(shop.query("SELECT id, stock FROM product ORDER BY id")).containsExactly("1|9", "2|17", "3|0");
    }

    @Test
    void several_local_transactions_are_as_many_branches() throws Exception {
        Proof proof = shop.undoneThenDone(() -> {
            locally(() -> takeFromStock(1, 3));
            locally(() -> takeFromStock(1, 2));
            locally(() -> removeProducts(List.of(3L)));
        });

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:3"), 3));
        assertThat(shop.query("SELECT id, stock FROM product ORDER BY id")).containsExactly("1|5", "2|20");
    }

    @Test
    void a_local_rollback_leaves_nothing_to_undo() throws Exception {
        Map<String, List<String>> before = shop.cells();

        shop.inGlobalTransaction(() -> {
            assertThatThrownBy(() -> locally(() -> {
                        takeFromStock(1, 3);
                        throw new Oops();
                    }))
                    .isInstanceOf(Oops.class);
            assertThat(shop.proof().branches()).isZero();
        });

        assertThat(shop.cells()).isEqualTo(before);
    }

    @Test
    void reads_are_as_outside_and_make_no_branch() throws Exception {
        shop.inGlobalTransaction(() -> {
            locally(() -> {
                assertThat(productNames(0, 2)).containsExactly("bolt", "nut");
                assertThat(productNames(2, 2)).containsExactly("screw");
                assertThat(productsBoughtBy("Ada")).containsExactly("bolt", "nut");
            });
            assertThat(shop.proof().branches()).isZero();
        });
    }

    @Test
    void a_row_read_for_update_is_given_when_it_is_free() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            assertThat(stockForUpdate(1)).isEqualTo(10);
            takeFromStock(1, 1);
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1"), 1));
    }

    @Test
    void a_row_that_another_global_transaction_changed_is_not_given_for_update() throws Exception {
        shop.undone(() -> {
            locally(() -> takeFromStock(1, 3));

            Throwable thrown = catchThrowable(() -> shop.inGlobalTransaction(() -> locally(() -> stockForUpdate(1))));

            assertThat(causeOf(thrown, GlobalLockConflictException.class)).hasMessageContaining("held by another");
            assertThat(thrown).isInstanceOf(frameworkException());
        });
    }

    @Test
    void a_row_that_another_global_transaction_changed_is_not_changed() throws Exception {
        shop.undone(() -> {
            locally(() -> takeFromStock(1, 3));

            Throwable thrown = catchThrowable(() -> shop.inGlobalTransaction(() -> locally(() -> takeFromStock(1, 1))));

            assertThat(causeOf(thrown, GlobalLockConflictException.class)).hasMessageContaining("held by another");
            assertThat(shop.query("SELECT stock FROM product WHERE id = 1")).containsExactly("7");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE TABLE remark",
                "ALTER TABLE product ADD COLUMN colour VARCHAR(10)",
                "INSERT INTO remark (customer_id, text) VALUES (1, 'no key, so no undo')"
            })
    void what_cannot_be_captured_is_refused_by_name_before_it_runs(String sql) throws Exception {
        Map<String, List<String>> before = shop.cells();

        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() -> locally(() -> write(sql)));

            assertThat(causeOf(thrown, UnsupportedSqlException.class))
                    .hasMessageContaining("not run inside the global transaction")
                    .hasMessageContaining(sql);
            assertThat(thrown).isInstanceOf(frameworkException());
        });

        assertThat(shop.cells()).isEqualTo(before);
    }

    /** Whatever becomes of them, no row is changed without undo. What docs/frameworks.md says of them is from the log. */
    @Test
    void statements_beyond_the_usual_are_captured_or_refused() throws Exception {
        for (Map.Entry<String, Shop.Work> beyond : beyond().entrySet()) {
            fill_the_shop();
            shop.undoneOrRefused(() -> locally(beyond.getValue()))
                    .ifPresentOrElse(
                            refusal -> LOG.info("[{}] {}: {}", shop.product(), beyond.getKey(), refusal.getMessage()),
                            () -> LOG.info("[{}] {}: captured", shop.product(), beyond.getKey()));
        }
    }

    /** Work by what it shows; each changes something. */
    protected Map<String, Shop.Work> beyond() {
        return Map.of();
    }

    /** That one of the causes which is of the type. */
    protected static Throwable causeOf(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return cause;
            }
        }
        throw new AssertionError("No " + type.getSimpleName() + " among the causes", thrown);
    }
}

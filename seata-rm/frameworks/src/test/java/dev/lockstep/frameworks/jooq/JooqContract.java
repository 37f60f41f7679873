package dev.lockstep.frameworks.jooq;

import static dev.lockstep.frameworks.jooq.ShopSchema.CUSTOMER;
import static dev.lockstep.frameworks.jooq.ShopSchema.PRODUCT;
import static dev.lockstep.frameworks.jooq.ShopSchema.PURCHASE;
import static dev.lockstep.frameworks.jooq.ShopSchema.PURCHASE_LINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.frameworks.jooq.ShopSchema.ProductRecord;
import dev.lockstep.frameworks.shop.DatabaseProduct;
import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import dev.lockstep.frameworks.shop.Proof;
import dev.lockstep.frameworks.shop.Shop;
import dev.lockstep.frameworks.shop.ShopContract;
import dev.lockstep.frameworks.shop.ShopDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.DataChangedException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

abstract class JooqContract extends ShopContract {

    /** Outside of local transactions. */
    private final DSLContext autocommit;
    /** That of the local transaction that runs. */
    private DSLContext dsl;

    JooqContract(ShopDatabase database) throws SQLException {
        super(database);
        SQLDialect dialect = SQLDialect.valueOf(
                database.product() == DatabaseProduct.POSTGRESQL
                        ? "POSTGRES"
                        : database.product().name());
        // The names of the shop are in upper case in some databases and in lower case in others.
        Settings settings = new Settings()
                .withRenderQuotedNames(RenderQuotedNames.NEVER)
                .withReturnIdentityOnUpdatableRecord(false)
                .withExecuteWithOptimisticLocking(true);
        autocommit = DSL.using(shop.dataSource(), dialect, settings);
        dsl = autocommit;
    }

    @Override
    protected void locally(Shop.Work work) {
        DSLContext around = dsl;
        try {
            around.transaction(configuration -> {
                dsl = configuration.dsl();
                work.run();
            });
        } finally {
            dsl = around;
        }
    }

    @Override
    protected long addCustomer(String name, String email) {
        dsl.insertInto(CUSTOMER, CUSTOMER.name, CUSTOMER.email)
                .values(name, email)
                .execute();
        return Objects.requireNonNull(dsl.select(CUSTOMER.id)
                .from(CUSTOMER)
                .where(CUSTOMER.email.eq(email))
                .fetchOne(CUSTOMER.id));
    }

    @Override
    protected void addProducts(List<Product> products) {
        dsl.batchInsert(products.stream()
                        .map(product -> {
                            ProductRecord row = dsl.newRecord(PRODUCT);
                            row.set(PRODUCT.id, product.id());
                            row.set(PRODUCT.name, product.name());
                            row.set(PRODUCT.price, product.price());
                            row.set(PRODUCT.stock, product.stock());
                            return row;
                        })
                        .toList())
                .execute();
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        var batch = dsl.batch(
                dsl.update(PRODUCT).set(PRODUCT.price, (BigDecimal) null).where(PRODUCT.id.eq((Long) null)));
        prices.forEach((id, price) -> batch.bind(price, id));
        assertThat(batch.execute()).hasSize(prices.size()).containsOnly(1);
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        dsl.batch(ids.stream()
                        .map(id -> dsl.deleteFrom(PRODUCT).where(PRODUCT.id.eq(id)))
                        .toList())
                .execute();
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return dsl.update(PRODUCT)
                .set(PRODUCT.stock, PRODUCT.stock.minus(amount))
                .where(PRODUCT.id.eq(product).and(PRODUCT.stock.ge(amount)))
                .execute();
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        long number = Objects.requireNonNull(dsl.fetchOne(shop.product().nextPurchase()))
                .into(Long.class);
        dsl.insertInto(PURCHASE)
                .set(PURCHASE.id, number)
                .set(PURCHASE.customerId, customer)
                .execute();
        dsl.insertInto(
                        PURCHASE_LINE,
                        PURCHASE_LINE.purchaseId,
                        PURCHASE_LINE.number,
                        PURCHASE_LINE.productId,
                        PURCHASE_LINE.amount)
                .valuesOfRows(lines.stream()
                        .map(line -> DSL.row(number, line.number(), line.productId(), line.amount()))
                        .toList())
                .execute();
        return number;
    }

    @Override
    protected int stockForUpdate(long product) {
        return Objects.requireNonNull(dsl.select(PRODUCT.stock)
                .from(PRODUCT)
                .where(PRODUCT.id.eq(product))
                .forUpdate()
                .fetchOne(PRODUCT.stock));
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return dsl.select(PRODUCT.name)
                .from(PRODUCT)
                .orderBy(PRODUCT.id)
                .limit(limit)
                .offset(offset)
                .fetch(PRODUCT.name);
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return dsl.select(PRODUCT.name)
                .from(CUSTOMER)
                .join(PURCHASE)
                .on(PURCHASE.customerId.eq(CUSTOMER.id))
                .join(PURCHASE_LINE)
                .on(PURCHASE_LINE.purchaseId.eq(PURCHASE.id))
                .join(PRODUCT)
                .on(PRODUCT.id.eq(PURCHASE_LINE.productId))
                .where(CUSTOMER.name.eq(customer))
                .orderBy(PURCHASE.id, PURCHASE_LINE.number)
                .fetch(PRODUCT.name);
    }

    @Override
    protected void write(String sql) {
        dsl.execute(sql);
    }

    @Override
    protected Class<? extends Exception> frameworkException() {
        return DataAccessException.class;
    }

    @Override
    protected Map<String, Shop.Work> beyond() {
        return Map.of(
                "insert returning",
                () -> dsl.insertInto(CUSTOMER, CUSTOMER.name)
                        .values("Edsger")
                        .returningResult(CUSTOMER.id)
                        .fetchOne(),
                "update returning",
                () -> dsl.update(PRODUCT)
                        .set(PRODUCT.stock, 1)
                        .where(PRODUCT.id.eq(1L))
                        .returningResult(PRODUCT.name)
                        .fetchOne(),
                "delete returning",
                () -> dsl.deleteFrom(PRODUCT)
                        .where(PRODUCT.id.eq(3L))
                        .returningResult(PRODUCT.name)
                        .fetchOne(),
                "insert or update",
                () -> dsl.insertInto(PRODUCT, PRODUCT.id, PRODUCT.name, PRODUCT.price, PRODUCT.stock)
                        .values(1L, "bolt", BigDecimal.ONE, 11)
                        .onDuplicateKeyUpdate()
                        .set(PRODUCT.stock, 11)
                        .execute(),
                "insert or ignore",
                () -> dsl.insertInto(PRODUCT, PRODUCT.id, PRODUCT.name, PRODUCT.price, PRODUCT.stock)
                        .values(10L, "nail", BigDecimal.ONE, 11)
                        .onDuplicateKeyIgnore()
                        .execute(),
                "insert from a query",
                () -> dsl.insertInto(CUSTOMER, CUSTOMER.name)
                        .select(dsl.select(PRODUCT.name).from(PRODUCT))
                        .execute());
    }

    // ---- what only jOOQ has

    @Test
    void statements_without_a_local_transaction_are_a_branch_each() throws Exception {
        Proof proof = shop.undoneThenDone(() -> {
            takeFromStock(1, 1);
            removeProducts(List.of(3L));
        });

        assertThat(proof.lockKeys()).isEqualTo(Set.of("product:1", "product:3"));
    }

    @Test
    void a_nested_transaction_that_fails_is_forgotten() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            takeFromStock(1, 1);
            assertThatThrownBy(() -> locally(() -> {
                        takeFromStock(2, 1);
                        throw new IllegalStateException("as planned");
                    }))
                    .hasMessage("as planned");
            locally(() -> reprice(Map.of(3L, BigDecimal.ONE)));
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:3"), 1));
    }

    @Test
    void a_record_is_stored_and_deleted() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            ProductRecord added = dsl.newRecord(PRODUCT);
            added.set(PRODUCT.id, 10L);
            added.set(PRODUCT.name, "nail");
            added.set(PRODUCT.price, BigDecimal.ONE);
            added.set(PRODUCT.stock, 5);
            added.store();
            added.set(PRODUCT.stock, 6);
            added.store();
            ProductRecord read = Objects.requireNonNull(dsl.fetchOne(PRODUCT, PRODUCT.id.eq(3L)));
            read.delete();
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:10", "product:3"), 1));
        assertThat(shop.query("SELECT stock, version FROM product WHERE id = 10"))
                .containsExactly("6|2");
    }

    @Test
    void a_stale_record_fails_and_leaves_nothing() throws Exception {
        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() -> locally(() -> {
                ProductRecord first = Objects.requireNonNull(dsl.fetchOne(PRODUCT, PRODUCT.id.eq(1L)));
                ProductRecord second = Objects.requireNonNull(dsl.fetchOne(PRODUCT, PRODUCT.id.eq(2L)));
                first.set(PRODUCT.stock, 0);
                first.store();
                shop.plain("UPDATE product SET version = 5 WHERE id = 2");
                second.set(PRODUCT.stock, 0);
                second.store();
            }));

            assertThat(causeOf(thrown, DataChangedException.class)).isNotNull();
            assertThat(shop.proof().branches()).isZero();
        });

        assertThat(shop.query("SELECT stock FROM product WHERE id < 3 ORDER BY id"))
                .containsExactly("10", "20");
    }

    @Test
    void several_rows_of_one_insert() throws Exception {
        Proof proof = shop.undoneThenDone(
                () -> locally(() -> dsl.insertInto(PRODUCT, PRODUCT.id, PRODUCT.name, PRODUCT.price, PRODUCT.stock)
                        .values(10L, "nail", new BigDecimal("0.05"), 5)
                        .values(11L, "rivet", new BigDecimal("0.07"), 6)
                        .execute()));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:10", "product:11"), 1));
    }

    @Test
    void an_update_by_a_sub_query() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> dsl.update(PRODUCT)
                .set(PRODUCT.stock, 0)
                .where(PRODUCT.id.in(
                        DSL.select(PURCHASE_LINE.productId).from(PURCHASE_LINE).where(PURCHASE_LINE.amount.gt(4))))
                .execute()));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:2"), 1));
    }
}

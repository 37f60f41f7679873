package dev.lockstep.frameworks.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.frameworks.shop.DatabaseProduct;
import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import dev.lockstep.frameworks.shop.Proof;
import dev.lockstep.frameworks.shop.Shop;
import dev.lockstep.frameworks.shop.ShopContract;
import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class HibernateContract extends ShopContract {

    private final SessionFactory sessions;
    /** That of the local transaction that runs. */
    private @Nullable Session current;

    HibernateContract(ShopDatabase database) throws SQLException {
        super(database);
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Article.class)
                .addAnnotatedClass(Customer.class)
                .addAnnotatedClass(Purchase.class)
                .addAnnotatedClass(PurchaseLine.class)
                .addAnnotatedClass(Visitor.class)
                .addAnnotatedClass(Ticket.class)
                .addAnnotatedClass(Voucher.class)
                .addAnnotatedClass(Payment.class)
                .addAnnotatedClass(Payment.ByCard.class)
                .setProperty("hibernate.jdbc.batch_size", "20")
                .setProperty("hibernate.order_inserts", "true")
                .setProperty("hibernate.order_updates", "true");
        configuration.getProperties().put("jakarta.persistence.nonJtaDataSource", shop.dataSource());
        if (!database.product().hasSequences()) {
            configuration.addResource("dev/lockstep/frameworks/jpa/purchase-by-identity.xml");
        }
        sessions = configuration.buildSessionFactory();
    }

    @Override
    protected void close() {
        sessions.close();
    }

    @Override
    protected void locally(Shop.Work work) throws Exception {
        Session around = current;
        try (Session session = sessions.openSession()) {
            current = session;
            session.beginTransaction();
            try {
                work.run();
                session.getTransaction().commit();
            } catch (Exception | Error e) {
                session.getTransaction().rollback();
                throw e;
            }
        } finally {
            current = around;
        }
    }

    private Session session() {
        return Objects.requireNonNull(current, "outside of locally(...)");
    }

    @Override
    protected long addCustomer(String name, String email) {
        Customer customer = new Customer(name, email);
        session().persist(customer);
        return Objects.requireNonNull(customer.id);
    }

    @Override
    protected void addProducts(List<Product> products) {
        products.forEach(product -> session().persist(new Article(product)));
        session().flush();
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        prices.forEach((id, price) -> session().find(Article.class, id).price = price);
        session().flush();
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        ids.forEach(id -> session().remove(session().find(Article.class, id)));
        session().flush();
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return session()
                .createMutationQuery("update Article set stock = stock - :amount where id = :id and stock >= :amount")
                .setParameter("amount", amount)
                .setParameter("id", product)
                .executeUpdate();
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        Purchase purchase = new Purchase(session().getReference(Customer.class, customer));
        lines.forEach(line -> purchase.lines.add(
                new PurchaseLine(purchase, line, session().getReference(Article.class, line.productId()))));
        session().persist(purchase);
        session().flush();
        return Objects.requireNonNull(purchase.id);
    }

    @Override
    protected int stockForUpdate(long product) {
        return session().find(Article.class, product, LockModeType.PESSIMISTIC_WRITE).stock;
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return session()
                .createSelectionQuery("select name from Article order by id", String.class)
                .setFirstResult(offset)
                .setMaxResults(limit)
                .getResultList();
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return session()
                .createSelectionQuery(
                        "select line.product.name from Purchase purchase join purchase.lines line"
                                + " where purchase.customer.name = :name order by purchase.id, line.number",
                        String.class)
                .setParameter("name", customer)
                .getResultList();
    }

    @Override
    protected void write(String sql) {
        session().createNativeMutationQuery(sql).executeUpdate();
    }

    @Override
    protected Class<? extends Exception> frameworkException() {
        return PersistenceException.class;
    }

    @Override
    protected Map<String, Shop.Work> beyond() {
        return Map.of(
                "upsert of a stateless session",
                () -> {
                    try (var session = sessions.openStatelessSession()) {
                        session.beginTransaction();
                        session.upsert(new Payment(UUID.randomUUID(), BigDecimal.TEN));
                        session.getTransaction().commit();
                    }
                },
                "insert query with values",
                () -> session()
                        .createMutationQuery("insert into Article (id, name, price, stock, version)"
                                + " values (10L, 'nail', 1bd, 5, 0)")
                        .executeUpdate(),
                "insert query that selects",
                () -> session()
                        .createMutationQuery("insert into Article (id, name, price, stock, version)"
                                + " select id + 10, name, price, stock, 0 from Article")
                        .executeUpdate(),
                "update query of an entity of two tables",
                () -> {
                    session().persist(new Payment.ByCard(UUID.randomUUID(), BigDecimal.TEN, "Ada"));
                    session().flush();
                    session()
                            .createMutationQuery("update CardPayment set amount = 1, holder = 'Grace'")
                            .executeUpdate();
                },
                "delete query of an entity of two tables",
                () -> {
                    session().persist(new Payment.ByCard(UUID.randomUUID(), BigDecimal.TEN, "Ada"));
                    session().persist(new Payment(UUID.randomUUID(), BigDecimal.TEN));
                    session().flush();
                    session().createMutationQuery("delete from CardPayment").executeUpdate();
                });
    }

    // ---- what only Hibernate has

    @Test
    void a_version_counts_up_and_back() throws Exception {
        shop.undoneThenDone(() -> locally(() -> session().find(Article.class, 1L).stock = 3));

        assertThat(shop.query("SELECT stock, version FROM product WHERE id = 1"))
                .containsExactly("3|1");
    }

    @Test
    void a_stale_version_fails_and_leaves_nothing() throws Exception {
        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() -> locally(() -> {
                Article article = session().find(Article.class, 1L);
                Article other = session().find(Article.class, 2L);
                shop.plain("UPDATE product SET version = 5 WHERE id = 2");
                article.stock = 0;
                other.stock = 0;
            }));

            assertThat(causeOf(thrown, OptimisticLockException.class)).isNotNull();
            assertThat(shop.proof().branches()).isZero();
        });

        assertThat(shop.query("SELECT id, stock, version FROM product WHERE id < 3 ORDER BY id"))
                .containsExactly("1|10|0", "2|20|5");
    }

    @Test
    void a_set_of_values_changes() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            Customer ada = session().find(Customer.class, 1L);
            ada.tags.remove("early");
            ada.tags.add("late");
        }));

        // Where texts of another case are the same key, each has a second name at the TC.
        assertThat(proof.lockKeys().stream().filter(key -> !key.contains(":~")))
                .contains("customer:1")
                .hasSize(3);
        assertThat(shop.rows("customer_tag")).containsExactly("1|kind", "1|late");
    }

    @Test
    void a_list_of_values_moves_up() throws Exception {
        Proof proof = shop.undoneThenDone(
                () -> locally(() -> session().find(Customer.class, 1L).addresses.remove(0)));

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(shop.rows("customer_address")).containsExactly("1|0|Work", "1|1|Club");
    }

    @Test
    void a_map_of_values_changes() throws Exception {
        shop.undoneThenDone(() -> locally(() -> {
            Map<String, String> wishes = session().find(Customer.class, 1L).wishes;
            wishes.remove("size");
            wishes.put("colour", "green");
            wishes.put("shape", "round");
        }));

        assertThat(shop.rows("customer_wish")).containsExactly("1|colour|green", "1|shape|round");
    }

    @Test
    void a_collection_whose_table_has_no_key_is_refused() throws Exception {
        Map<String, List<String>> before = shop.cells();

        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() ->
                    locally(() -> session().find(Visitor.class, 1L).remarks.add("never")));

            assertThat(causeOf(thrown, UnsupportedSqlException.class)).hasMessageContaining("primary key");
            assertThat(thrown).isInstanceOf(PersistenceException.class);
        });

        assertThat(shop.cells()).isEqualTo(before);
    }

    @Test
    void a_sequence_is_given_or_its_stand_in_refused() throws Exception {
        Shop.Work work = () -> locally(() -> session().persist(new Ticket()));
        if (shop.product().hasSequences()) {
            assertThat(shop.undoneThenDone(work).lockKeys()).hasSize(1);
            return;
        }
        shop.inGlobalTransaction(() -> assertThat(causeOf(catchThrowable(work::run), SQLNonTransientException.class))
                .hasMessageContaining("ticket_seq")
                .hasMessageContaining("primary key"));
    }

    @Test
    void fifty_entities_know_the_keys_that_the_database_gave_them() throws Exception {
        List<String> ids = new ArrayList<>();
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            ids.clear();
            List<Customer> customers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Customer customer = new Customer("one of fifty", null);
                session().persist(customer);
                customers.add(customer);
            }
            session().flush();
            customers.forEach(customer -> ids.add(String.valueOf(customer.id)));
        }));

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(proof.lockKeys())
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(id -> "customer:" + id).toList());
        assertThat(shop.query("SELECT id FROM customer WHERE name = 'one of fifty'"))
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void numbers_kept_in_a_table_that_stays_uncaptured_are_given_and_not_given_back() throws Exception {
        Shop.Work work = () -> locally(() -> session().persist(new Voucher()));

        Proof proof = shop.undoneThenDone(work);
        shop.inGlobalTransaction(() -> {
            work.run();
            // A second global transaction need not wait for the first to get its number.
            shop.inGlobalTransaction(() -> {
                for (int i = 0; i < 15; i++) {
                    work.run();
                }
            });
        });

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(proof.lockKeys()).hasSize(1).allMatch(key -> key.startsWith("voucher:"));
        assertThat(shop.rows("voucher")).hasSize(17).doesNotHaveDuplicates();
    }

    @Test
    void new_parts_and_orphans_follow_their_whole() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            Purchase purchase = session().find(Purchase.class, 7L);
            purchase.lines.remove(0);
            purchase.lines.add(
                    new PurchaseLine(purchase, new Line(3, 3, 9), session().getReference(Article.class, 3L)));
            purchase.note = null;
        }));

        assertThat(proof.lockKeys()).containsExactlyInAnyOrder("purchase:7", "purchase_line:7_1", "purchase_line:7_3");
        assertThat(shop.rows("purchase_line")).containsExactly("7|2|2|5", "7|3|3|9");
    }

    @Test
    void an_entity_of_two_tables() throws Exception {
        UUID id = UUID.fromString("6f4df3b0-5c7a-4a47-8dd8-cc5a40d4bb3d");
        Proof proof = shop.undoneThenDone(() -> {
            locally(() -> session().persist(new Payment.ByCard(id, new BigDecimal("12.30"), "Ada")));
            locally(() -> session().find(Payment.ByCard.class, id).holder = "Grace");
        });

        assertThat(proof.branches()).isEqualTo(2);
        boolean binaryKey = shop.product() == DatabaseProduct.MYSQL;
        assertThat(proof.lockKeys()).hasSize(2).allMatch(key -> key.endsWith(":" + id) || binaryKey);
        assertThat(shop.query("SELECT holder FROM card_payment")).containsExactly("Grace");

        shop.undoneThenDone(() -> locally(() -> session().remove(session().find(Payment.class, id))));

        assertThat(shop.rows("payment")).isEmpty();
    }

    @Test
    void a_mutation_query_over_collections() throws Exception {
        shop.plain("DELETE FROM purchase_line", "DELETE FROM purchase");

        shop.undoneThenDone(() -> locally(() -> session()
                .createMutationQuery("delete from Customer where name = 'Ada'")
                .executeUpdate()));

        assertThat(shop.rows("customer_tag")).isEmpty();
        assertThat(shop.query("SELECT name FROM customer")).containsExactly("Grace");
    }

    @Test
    void a_session_without_state() throws Exception {
        AtomicReference<@Nullable Long> id = new AtomicReference<>();
        Proof proof = shop.undoneThenDone(() -> {
            try (var session = sessions.openStatelessSession()) {
                session.beginTransaction();
                Customer customer = new Customer("Edsger", null);
                id.set((Long) session.insert(customer));
                customer.email = "edsger@example.org";
                session.update(customer);
                session.delete(session.get(Article.class, 3L));
                session.getTransaction().commit();
            }
        });

        assertThat(proof.lockKeys()).containsExactlyInAnyOrder("customer:" + id, "product:3");
    }

    @Test
    void rows_read_by_a_query_for_update() throws Exception {
        shop.undone(() -> {
            locally(() -> takeFromStock(2, 1));

            Throwable thrown = catchThrowable(() -> shop.inGlobalTransaction(() -> locally(() -> session()
                    .createSelectionQuery("from Article where price < 1 order by id", Article.class)
                    .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                    .getResultList())));

            assertThat(thrown).isInstanceOf(PersistenceException.class);
            assertThat(thrown).hasStackTraceContaining("held by another global transaction");
        });
    }
}

package dev.lockstep.frameworks.mybatis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.executor.BatchResult;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class MyBatisContract extends ShopContract {

    private final ExecutorType executor;
    private final SqlSessionFactory sessions;
    /** That of the local transaction that runs. */
    private @Nullable SqlSession current;

    MyBatisContract(ShopDatabase database, ExecutorType executor) throws SQLException {
        super(database);
        this.executor = executor;
        Configuration configuration =
                new Configuration(new Environment("shop", new JdbcTransactionFactory(), shop.dataSource()));
        configuration.addMapper(ShopMapper.class);
        sessions = new SqlSessionFactoryBuilder().build(configuration);
    }

    @Override
    protected void locally(Shop.Work work) throws Exception {
        SqlSession around = current;
        try (SqlSession session = sessions.openSession(executor)) {
            current = session;
            work.run();
            session.commit();
        } finally {
            current = around;
        }
    }

    private SqlSession session() {
        return Objects.requireNonNull(current, "outside of locally(...)");
    }

    private ShopMapper mapper() {
        return session().getMapper(ShopMapper.class);
    }

    /** Sends what the batch executor still holds; the others hold nothing. */
    private List<BatchResult> flush() {
        return session().flushStatements();
    }

    @Override
    protected long addCustomer(String name, String email) {
        NewCustomer customer = new NewCustomer(name, email);
        mapper().addCustomer(customer);
        flush();
        return Objects.requireNonNull(customer.id);
    }

    @Override
    protected void addProducts(List<Product> products) {
        products.forEach(mapper()::addProduct);
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        prices.forEach(mapper()::reprice);
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        ids.forEach(mapper()::removeProduct);
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        int count = mapper().takeFromStock(product, amount);
        return executor == ExecutorType.BATCH ? flush().get(0).getUpdateCounts()[0] : count;
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        long number = mapper().nextPurchase(shop.product().nextPurchase());
        mapper().addPurchase(number, customer);
        lines.forEach(line -> mapper().addLine(number, line));
        return number;
    }

    @Override
    protected int stockForUpdate(long product) {
        return mapper().stockForUpdate(product);
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return mapper().productNames(offset, limit);
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return mapper().productsBoughtBy(customer);
    }

    @Override
    protected void write(String sql) {
        mapper().write(sql);
        flush();
    }

    @Override
    protected Class<? extends Exception> frameworkException() {
        return PersistenceException.class;
    }

    // ---- what only MyBatis has

    @Test
    void statements_made_of_parts() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            mapper().change(1, "bolts", null);
            mapper().change(2, null, new BigDecimal("0.20"));
            mapper().removeProducts(List.of(3L, 4L));
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:2", "product:3"), 1));
        assertThat(shop.query("SELECT id, name, price FROM product ORDER BY id"))
                .containsExactly("1|bolts|1.50", "2|nut|0.20");
    }

    @Test
    void several_rows_of_one_insert_get_their_keys() throws Exception {
        assumeTrue(executor != ExecutorType.BATCH, "MyBatis 3.5 wants one key for each statement of a batch");
        List<NewCustomer> customers =
                List.of(new NewCustomer("Edsger", "e@x.org"), new NewCustomer("Barbara", "b@x.org"));

        Proof proof = shop.undoneThenDone(() -> locally(() -> mapper().addCustomers(customers)));

        assertThat(proof)
                .isEqualTo(new Proof(Set.of("customer:" + customers.get(0).id, "customer:" + customers.get(1).id), 1));
        assertThat(shop.query("SELECT id, name FROM customer WHERE id > 2 ORDER BY id"))
                .containsExactly(customers.get(0).id + "|Edsger", customers.get(1).id + "|Barbara");
    }

    @Test
    void the_same_statement_many_times() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            for (int i = 0; i < 5; i++) {
                takeFromStock(1, 1);
                mapper().reprice(2, new BigDecimal(i));
            }
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:2"), 1));
        assertThat(shop.query("SELECT stock, price FROM product WHERE id < 3 ORDER BY id"))
                .containsExactly("5|1.50", "20|4.00");
    }
}

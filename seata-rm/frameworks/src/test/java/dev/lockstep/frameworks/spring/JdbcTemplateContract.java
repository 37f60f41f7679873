package dev.lockstep.frameworks.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import dev.lockstep.frameworks.shop.Proof;
import dev.lockstep.frameworks.shop.ShopDatabase;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

abstract class JdbcTemplateContract extends SpringContract {

    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;
    private final PlatformTransactionManager transactions;

    JdbcTemplateContract(ShopDatabase database) throws SQLException {
        super(database);
        jdbc = new JdbcTemplate(shop.dataSource());
        named = new NamedParameterJdbcTemplate(jdbc);
        transactions = new JdbcTransactionManager(shop.dataSource());
    }

    @Override
    protected PlatformTransactionManager transactions() {
        return transactions;
    }

    @Override
    protected long addCustomer(String name, String email) {
        GeneratedKeyHolder keys = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    PreparedStatement statement = connection.prepareStatement(
                            "INSERT INTO customer (name, email) VALUES (?, ?)", new String[] {"id"});
                    statement.setString(1, name);
                    statement.setString(2, email);
                    return statement;
                },
                keys);
        return Objects.requireNonNull(keys.getKey()).longValue();
    }

    @Override
    protected void addProducts(List<Product> products) {
        int[] counts = jdbc.batchUpdate(
                "INSERT INTO product (id, name, price, stock) VALUES (?, ?, ?, ?)",
                products.stream()
                        .map(product -> new Object[] {product.id(), product.name(), product.price(), product.stock()})
                        .toList());
        assertThat(counts).hasSize(products.size()).containsOnly(1);
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        named.batchUpdate(
                "UPDATE product SET price = :price WHERE id = :id",
                prices.entrySet().stream()
                        .map(price ->
                                new MapSqlParameterSource("id", price.getKey()).addValue("price", price.getValue()))
                        .toArray(SqlParameterSource[]::new));
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        // Batches of two: the last one may be short.
        jdbc.batchUpdate("DELETE FROM product WHERE id = ?", ids, 2, (statement, id) -> statement.setLong(1, id));
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return jdbc.update("UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ?", amount, product, amount);
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        long number = Objects.requireNonNull(jdbc.queryForObject(shop.product().nextPurchase(), Long.class));
        jdbc.update("INSERT INTO purchase (id, customer_id) VALUES (?, ?)", number, customer);
        jdbc.batchUpdate("INSERT INTO purchase_line VALUES (?, ?, ?, ?)", lines, lines.size(), (statement, line) -> {
            statement.setLong(1, number);
            statement.setInt(2, line.number());
            statement.setLong(3, line.productId());
            statement.setInt(4, line.amount());
        });
        return number;
    }

    @Override
    protected int stockForUpdate(long product) {
        return Objects.requireNonNull(
                jdbc.queryForObject("SELECT stock FROM product WHERE id = ? FOR UPDATE", Integer.class, product));
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return jdbc.queryForList("SELECT name FROM product ORDER BY id LIMIT ? OFFSET ?", String.class, limit, offset);
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return named.queryForList("""
                SELECT pr.name FROM customer c
                JOIN purchase pu ON pu.customer_id = c.id
                JOIN purchase_line l ON l.purchase_id = pu.id
                JOIN product pr ON pr.id = l.product_id
                WHERE c.name = :name ORDER BY pu.id, l.line_no
                """, Map.of("name", customer), String.class);
    }

    @Override
    protected void write(String sql) {
        jdbc.execute(sql);
    }

    // ---- what only JdbcTemplate has

    @Test
    void statements_without_a_local_transaction_are_a_branch_each() throws Exception {
        Proof proof = shop.undoneThenDone(() -> {
            takeFromStock(1, 1);
            reprice(Map.of(1L, BigDecimal.ONE, 2L, BigDecimal.TEN));
            removeProducts(List.of(3L));
        });

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:2", "product:3"), 3));
    }

    @Test
    void a_batch_of_texts() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> jdbc.batchUpdate(
                "INSERT INTO product (id, name, price, stock) VALUES (10, 'nail', 0.05, 500)",
                "UPDATE product SET stock = 1 WHERE id = 10",
                "DELETE FROM purchase_line WHERE purchase_id = 7 AND line_no = 2")));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:10", "purchase_line:7_2"), 1));
    }

    @Test
    void an_insert_made_from_metadata() throws Exception {
        SimpleJdbcInsert insert =
                new SimpleJdbcInsert(jdbc).withTableName("customer").usingGeneratedKeyColumns("id");
        AtomicLong id = new AtomicLong();

        Proof proof = shop.undoneThenDone(() -> locally(() ->
                id.set(insert.executeAndReturnKey(Map.of("name", "Edsger", "email", "edsger@example.org", "version", 0))
                        .longValue())));

        assertThat(proof).isEqualTo(new Proof(Set.of("customer:" + id), 1));
    }

    @Test
    void a_batch_of_inserts_that_returns_its_keys() throws Exception {
        GeneratedKeyHolder keys = new GeneratedKeyHolder();

        Proof proof = shop.undoneThenDone(() -> locally(() -> named.batchUpdate(
                "INSERT INTO customer (name) VALUES (:name)",
                new SqlParameterSource[] {
                    new MapSqlParameterSource("name", "Edsger"), new MapSqlParameterSource("name", "Barbara")
                },
                keys,
                new String[] {"id"})));

        assertThat(keys.getKeyList()).hasSize(2);
        assertThat(proof.lockKeys()).hasSize(2);
        assertThat(shop.query("SELECT id, name FROM customer WHERE id > 2 ORDER BY id"))
                .containsExactly(keyOf(keys, 0) + "|Edsger", keyOf(keys, 1) + "|Barbara");
    }

    private static Object keyOf(GeneratedKeyHolder keys, int row) {
        return keys.getKeyList().get(row).values().iterator().next();
    }

    @Test
    void an_update_of_a_list_of_keys() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() ->
                named.update("UPDATE product SET stock = stock + 1 WHERE id IN (:ids)", Map.of("ids", List.of(1, 2)))));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1", "product:2"), 1));
    }
}

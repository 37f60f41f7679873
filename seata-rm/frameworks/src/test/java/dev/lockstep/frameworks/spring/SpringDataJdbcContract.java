package dev.lockstep.frameworks.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.frameworks.shop.DatabaseProduct;
import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import dev.lockstep.frameworks.shop.Proof;
import dev.lockstep.frameworks.shop.ShopDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.Column;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.RelationalMappingContext;
import org.springframework.data.relational.core.mapping.Sequence;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

abstract class SpringDataJdbcContract extends SpringContract {

    // ---- the aggregates

    /** Its key is the database's identity; Spring Data deletes and inserts its parts anew at each save. */
    @Table("customer")
    record Customer(
            @Id @Nullable Long id,
            String name,
            @Nullable String email,
            @Version @Nullable Integer version,
            @MappedCollection(idColumn = "customer_id") Set<Tag> tags,

            @MappedCollection(idColumn = "customer_id", keyColumn = "position")
            List<Address> addresses) {

        Customer named(String newName) {
            return new Customer(id, newName, email, version, tags, addresses);
        }

        Customer tagged(Set<Tag> newTags) {
            return new Customer(id, name, email, version, newTags, addresses);
        }
    }

    @Table("customer_tag")
    record Tag(String tag) {}

    @Table("customer_address")
    record Address(String address) {}

    /** Its key is given: without a version it is new. */
    @Table("product")
    record Article(
            @Id long id,
            String name,
            BigDecimal price,
            int stock,
            @Version @Nullable Integer version) {

        Article at(BigDecimal newPrice) {
            return new Article(id, name, newPrice, stock, version);
        }
    }

    @Table("purchase")
    record Purchase(
            @Id @Sequence("purchase_seq") @Nullable Long id,
            long customerId,
            @Nullable String note,

            @MappedCollection(idColumn = "purchase_id", keyColumn = "line_no")
            Map<Integer, PurchaseLine> lines) {}

    record PurchaseLine(@Column("product_id") long product, int amount) {}

    interface Customers extends CrudRepository<Customer, Long> {}

    interface Articles extends CrudRepository<Article, Long>, PagingAndSortingRepository<Article, Long> {

        @Modifying
        @Query("UPDATE product SET stock = stock - :amount WHERE id = :id AND stock >= :amount")
        int take(long id, int amount);

        @Lock(LockMode.PESSIMISTIC_WRITE)
        Article findOneById(long id);
    }

    interface Purchases extends CrudRepository<Purchase, Long> {

        @Query("""
                SELECT pr.name FROM customer c
                JOIN purchase pu ON pu.customer_id = c.id
                JOIN purchase_line l ON l.purchase_id = pu.id
                JOIN product pr ON pr.id = l.product_id
                WHERE c.name = :customer ORDER BY pu.id, l.line_no
                """)
        List<String> namesOfProductsBoughtBy(String customer);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableJdbcRepositories(considerNestedRepositories = true, basePackageClasses = SpringDataJdbcContract.class)
    static class Configured extends AbstractJdbcConfiguration {

        @Bean
        NamedParameterJdbcOperations operations(DataSource dataSource) {
            return new NamedParameterJdbcTemplate(dataSource);
        }

        @Bean
        PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    /** Spring Data quotes the names above as they are written, and H2 has them in upper or lower case by mode. */
    private static final class NamesUnquoted implements BeanPostProcessor {
        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
            if (bean instanceof RelationalMappingContext mapping) {
                mapping.setForceQuote(false);
            }
            return bean;
        }
    }

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final Customers customers;
    private final Articles articles;
    private final Purchases purchases;
    private final JdbcAggregateTemplate aggregates;

    SpringDataJdbcContract(ShopDatabase database) throws SQLException {
        super(database);
        context.registerBean(DataSource.class, shop::dataSource);
        if (database.product() == DatabaseProduct.H2) {
            context.registerBean(NamesUnquoted.class);
            // The names of sequences are quoted nevertheless.
            shop.plain("CREATE SEQUENCE IF NOT EXISTS \"purchase_seq\" START WITH 1000 INCREMENT BY 10");
        }
        context.register(Configured.class);
        context.refresh();
        customers = context.getBean(Customers.class);
        articles = context.getBean(Articles.class);
        purchases = context.getBean(Purchases.class);
        aggregates = context.getBean(JdbcAggregateTemplate.class);
    }

    @Override
    protected void close() {
        context.close();
    }

    @Override
    protected PlatformTransactionManager transactions() {
        return context.getBean(PlatformTransactionManager.class);
    }

    @Override
    protected long addCustomer(String name, String email) {
        Customer saved = customers.save(new Customer(null, name, email, null, Set.of(), List.of()));
        return Objects.requireNonNull(saved.id());
    }

    @Override
    protected void addProducts(List<Product> products) {
        aggregates.insertAll(products.stream()
                .map(product -> new Article(product.id(), product.name(), product.price(), product.stock(), null))
                .toList());
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        List<Article> changed = new ArrayList<>();
        articles.findAllById(prices.keySet()).forEach(article -> changed.add(article.at(prices.get(article.id()))));
        articles.saveAll(changed);
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        articles.deleteAllById(ids);
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return articles.take(product, amount);
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        Map<Integer, PurchaseLine> parts = new TreeMap<>();
        lines.forEach(line -> parts.put(line.number(), new PurchaseLine(line.productId(), line.amount())));
        if (!shop.product().hasSequences()) {
            long number = Objects.requireNonNull(context.getBean(NamedParameterJdbcOperations.class)
                    .queryForObject(shop.product().nextPurchase(), Map.of(), Long.class));
            aggregates.insert(new Purchase(number, customer, null, parts));
            return number;
        }
        return Objects.requireNonNull(
                purchases.save(new Purchase(null, customer, null, parts)).id());
    }

    @Override
    protected int stockForUpdate(long product) {
        return articles.findOneById(product).stock();
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return articles.findAll(PageRequest.of(offset / limit, limit, Sort.by("id")))
                .map(Article::name)
                .getContent();
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return purchases.namesOfProductsBoughtBy(customer);
    }

    @Override
    protected void write(String sql) {
        context.getBean(NamedParameterJdbcOperations.class).getJdbcOperations().execute(sql);
    }

    // ---- what only Spring Data JDBC has

    @Test
    void an_aggregate_is_written_with_its_parts() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            Customer ada = customers.findById(1L).orElseThrow();
            customers.save(ada.named("Ada L.").tagged(Set.of(new Tag("late"), new Tag("kind"))));
        }));

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(shop.rows("customer_tag")).containsExactly("1|kind", "1|late");
        assertThat(shop.rows("customer_address")).containsExactly("1|0|Home", "1|1|Work", "1|2|Club");
        assertThat(shop.query("SELECT name, version FROM customer WHERE id = 1"))
                .containsExactly("Ada L.|1");
    }

    @Test
    void an_aggregate_goes_with_its_parts() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> purchases.deleteById(7L)));

        assertThat(proof.lockKeys()).hasSize(3);
        assertThat(shop.rows("purchase_line")).isEmpty();
    }

    @Test
    void all_aggregates_go() throws Exception {
        shop.undoneThenDone(() -> locally(purchases::deleteAll));

        assertThat(shop.rows("purchase")).isEmpty();
    }

    @Test
    void a_stale_version_fails_and_leaves_nothing() throws Exception {
        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() -> locally(() -> {
                Article stale = new Article(2, "nut", BigDecimal.ONE, 20, 7);
                articles.save(articles.findById(1L).orElseThrow().at(BigDecimal.ONE));
                articles.save(stale);
            }));

            assertThat(thrown).isInstanceOf(OptimisticLockingFailureException.class);
            assertThat(shop.proof().branches()).isZero();
        });

        assertThat(shop.query("SELECT id, price, version FROM product WHERE id < 3 ORDER BY id"))
                .containsExactly("1|1.50|0", "2|0.10|0");
    }
}

package dev.lockstep.frameworks.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import dev.lockstep.frameworks.shop.Proof;
import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.frameworks.spring.SpringContract;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.LockModeType;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.query.Param;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;

abstract class SpringDataJpaContract extends SpringContract {

    interface Customers extends JpaRepository<Customer, Long> {

        long deleteByName(String name);
    }

    interface Articles extends JpaRepository<Article, Long> {

        @Modifying
        @Query("update Article set stock = stock - :amount where id = :id and stock >= :amount")
        int take(@Param("id") long id, @Param("amount") int amount);

        @Lock(LockModeType.PESSIMISTIC_WRITE)
        @Query("from Article where id = :id")
        Article findLocked(@Param("id") long id);
    }

    interface Purchases extends JpaRepository<Purchase, Long> {

        @Query("select line.product.name from Purchase purchase join purchase.lines line"
                + " where purchase.customer.name = :name order by purchase.id, line.number")
        List<String> namesOfProductsBoughtBy(@Param("name") String name);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableJpaRepositories(considerNestedRepositories = true, basePackageClasses = SpringDataJpaContract.class)
    static class Configured {

        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource, ShopDatabase database) {
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(dataSource);
            factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            factory.setPackagesToScan(Article.class.getPackageName());
            if (!database.product().hasSequences()) {
                factory.setMappingResources("dev/lockstep/frameworks/jpa/purchase-by-identity.xml");
            }
            Properties properties = new Properties();
            properties.setProperty("hibernate.jdbc.batch_size", "20");
            factory.setJpaProperties(properties);
            return factory;
        }

        @Bean
        PlatformTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }
    }

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final EntityManager entityManager;
    private final Customers customers;
    private final Articles articles;
    private final Purchases purchases;

    SpringDataJpaContract(ShopDatabase database) throws SQLException {
        super(database);
        context.registerBean(DataSource.class, shop::dataSource);
        context.registerBean(ShopDatabase.class, () -> database);
        context.register(Configured.class);
        context.refresh();
        entityManager =
                SharedEntityManagerCreator.createSharedEntityManager(context.getBean(EntityManagerFactory.class));
        customers = context.getBean(Customers.class);
        articles = context.getBean(Articles.class);
        purchases = context.getBean(Purchases.class);
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
        return Objects.requireNonNull(customers.save(new Customer(name, email)).id);
    }

    @Override
    protected void addProducts(List<Product> products) {
        articles.saveAllAndFlush(products.stream().map(Article::new).toList());
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        List<Article> changed = articles.findAllById(prices.keySet());
        changed.forEach(article -> article.price = Objects.requireNonNull(prices.get(article.id)));
        articles.saveAllAndFlush(changed);
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        articles.deleteAllByIdInBatch(ids);
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return articles.take(product, amount);
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        Purchase purchase = new Purchase(customers.getReferenceById(customer));
        lines.forEach(line ->
                purchase.lines.add(new PurchaseLine(purchase, line, articles.getReferenceById(line.productId()))));
        return Objects.requireNonNull(purchases.saveAndFlush(purchase).id);
    }

    @Override
    protected int stockForUpdate(long product) {
        return articles.findLocked(product).stock;
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        return articles.findAll(PageRequest.of(offset / limit, limit, Sort.by("id")))
                .map(article -> article.name)
                .getContent();
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return purchases.namesOfProductsBoughtBy(customer);
    }

    /** Exceptions are translated as for a bean that is marked as a repository. */
    @Override
    protected void write(String sql) {
        try {
            entityManager.createNativeQuery(sql).executeUpdate();
        } catch (RuntimeException e) {
            throw DataAccessUtils.translateIfNecessary(e, context.getBean(PersistenceExceptionTranslator.class));
        }
    }

    // ---- what only Spring Data JPA has

    @Test
    void a_derived_delete() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> customers.deleteByName("Grace")));

        assertThat(proof.lockKeys()).containsExactly("customer:2");
    }

    @Test
    void what_changed_is_written_at_the_end() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            Customer ada = customers.findById(1L).orElseThrow();
            ada.name = "Ada L.";
            ada.wishes.remove("size");
        }));

        assertThat(proof.branches()).isEqualTo(1);
        assertThat(shop.rows("customer_wish")).containsExactly("1|colour|blue");
        assertThat(shop.query("SELECT name, version FROM customer WHERE id = 1"))
                .containsExactly("Ada L.|1");
    }

    @Test
    void a_stale_version_fails_and_leaves_nothing() throws Exception {
        shop.inGlobalTransaction(() -> {
            Throwable thrown = catchThrowable(() -> locally(() -> {
                articles.findById(1L).orElseThrow().stock = 0;
                articles.findById(2L).orElseThrow().stock = 0;
                shop.plain("UPDATE product SET version = 5 WHERE id = 2");
            }));

            assertThat(thrown).isInstanceOf(OptimisticLockingFailureException.class);
            assertThat(shop.proof().branches()).isZero();
        });
    }

    @Test
    void all_rows_of_a_repository_go_at_once() throws Exception {
        shop.plain("DELETE FROM purchase_line");

        shop.undoneThenDone(() -> locally(articles::deleteAllInBatch));

        assertThat(shop.rows("product")).isEmpty();
    }
}

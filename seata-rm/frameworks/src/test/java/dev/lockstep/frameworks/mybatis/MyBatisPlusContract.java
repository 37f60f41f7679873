package dev.lockstep.frameworks.mybatis;

import static org.assertj.core.api.Assertions.assertThat;

import com.baomidou.mybatisplus.annotation.DbType;
import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import com.baomidou.mybatisplus.annotation.TableName;
import com.baomidou.mybatisplus.annotation.Version;
import com.baomidou.mybatisplus.core.MybatisConfiguration;
import com.baomidou.mybatisplus.core.MybatisSqlSessionFactoryBuilder;
import com.baomidou.mybatisplus.core.conditions.query.QueryWrapper;
import com.baomidou.mybatisplus.core.conditions.update.UpdateWrapper;
import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import com.baomidou.mybatisplus.extension.plugins.MybatisPlusInterceptor;
import com.baomidou.mybatisplus.extension.plugins.inner.BlockAttackInnerInterceptor;
import com.baomidou.mybatisplus.extension.plugins.inner.OptimisticLockerInnerInterceptor;
import com.baomidou.mybatisplus.extension.plugins.inner.PaginationInnerInterceptor;
import com.baomidou.mybatisplus.extension.plugins.pagination.Page;
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
import java.util.stream.Collectors;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class MyBatisPlusContract extends ShopContract {

    /** Its key is the database's identity. */
    @TableName("customer")
    static class CustomerRow {
        @TableId(type = IdType.AUTO)
        @Nullable
        Long id;

        @Nullable
        String name;

        @Nullable
        String email;
    }

    /** Its key is given, or one of MyBatis-Plus's own when none is. */
    @TableName("product")
    static class ProductRow {
        @TableId(type = IdType.ASSIGN_ID)
        @Nullable
        Long id;

        @Nullable
        String name;

        @Nullable
        BigDecimal price;

        @Nullable
        Integer stock;

        @Version
        @Nullable
        Integer version;
    }

    interface CustomerMapper extends BaseMapper<CustomerRow> {}

    interface ProductMapper extends BaseMapper<ProductRow> {}

    private final SqlSessionFactory sessions;
    /** That of the local transaction that runs. */
    private @Nullable SqlSession current;

    MyBatisPlusContract(ShopDatabase database) throws SQLException {
        super(database);
        MybatisConfiguration configuration =
                new MybatisConfiguration(new Environment("shop", new JdbcTransactionFactory(), shop.dataSource()));
        MybatisPlusInterceptor interceptor = new MybatisPlusInterceptor();
        interceptor.addInnerInterceptor(new OptimisticLockerInnerInterceptor());
        interceptor.addInnerInterceptor(new BlockAttackInnerInterceptor());
        interceptor.addInnerInterceptor(new PaginationInnerInterceptor(dialect()));
        configuration.addInterceptor(interceptor);
        configuration.addMapper(ShopMapper.class);
        configuration.addMapper(CustomerMapper.class);
        configuration.addMapper(ProductMapper.class);
        sessions = new MybatisSqlSessionFactoryBuilder().build(configuration);
    }

    private DbType dialect() {
        return switch (shop.product()) {
            case H2 -> DbType.H2;
            case POSTGRESQL -> DbType.POSTGRE_SQL;
            case MYSQL -> DbType.MYSQL;
            case MARIADB -> DbType.MARIADB;
        };
    }

    @Override
    protected void locally(Shop.Work work) throws Exception {
        SqlSession around = current;
        try (SqlSession session = sessions.openSession()) {
            current = session;
            work.run();
            session.commit();
        } finally {
            current = around;
        }
    }

    private <T> T mapper(Class<T> type) {
        return Objects.requireNonNull(current, "outside of locally(...)").getMapper(type);
    }

    private ProductMapper products() {
        return mapper(ProductMapper.class);
    }

    private static ProductRow row(Product product) {
        ProductRow row = new ProductRow();
        row.id = product.id();
        row.name = product.name();
        row.price = product.price();
        row.stock = product.stock();
        return row;
    }

    @Override
    protected long addCustomer(String name, String email) {
        CustomerRow customer = new CustomerRow();
        customer.name = name;
        customer.email = email;
        mapper(CustomerMapper.class).insert(customer);
        return Objects.requireNonNull(customer.id);
    }

    @Override
    protected void addProducts(List<Product> added) {
        added.forEach(product -> products().insert(row(product)));
    }

    @Override
    protected void reprice(Map<Long, BigDecimal> prices) {
        prices.forEach((id, price) -> products()
                .update(new UpdateWrapper<ProductRow>().set("price", price).eq("id", id)));
    }

    @Override
    protected void removeProducts(List<Long> ids) {
        products().deleteByIds(ids);
    }

    @Override
    protected int takeFromStock(long product, int amount) {
        return products()
                .update(new UpdateWrapper<ProductRow>()
                        .setSql("stock = stock - {0}", amount)
                        .eq("id", product)
                        .ge("stock", amount));
    }

    @Override
    protected long buy(long customer, List<Line> lines) {
        ShopMapper mapper = mapper(ShopMapper.class);
        long number = mapper.nextPurchase(shop.product().nextPurchase());
        mapper.addPurchase(number, customer);
        lines.forEach(line -> mapper.addLine(number, line));
        return number;
    }

    @Override
    protected int stockForUpdate(long product) {
        ProductRow row = products()
                .selectOne(new QueryWrapper<ProductRow>().eq("id", product).last("FOR UPDATE"));
        return Objects.requireNonNull(row.stock);
    }

    @Override
    protected List<String> productNames(int offset, int limit) {
        Page<ProductRow> page = products()
                .selectPage(new Page<>(offset / limit + 1, limit), new QueryWrapper<ProductRow>().orderByAsc("id"));
        assertThat(page.getTotal()).isEqualTo(3);
        return page.getRecords().stream().map(row -> String.valueOf(row.name)).toList();
    }

    @Override
    protected List<String> productsBoughtBy(String customer) {
        return mapper(ShopMapper.class).productsBoughtBy(customer);
    }

    @Override
    protected void write(String sql) {
        mapper(ShopMapper.class).write(sql);
    }

    @Override
    protected Class<? extends Exception> frameworkException() {
        return PersistenceException.class;
    }

    // ---- what only MyBatis-Plus has

    @Test
    void a_version_counts_up_and_back() throws Exception {
        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            ProductRow row = products().selectById(1);
            row.stock = 3;
            assertThat(products().updateById(row)).isEqualTo(1);
        }));

        assertThat(proof).isEqualTo(new Proof(Set.of("product:1"), 1));
        assertThat(shop.query("SELECT stock, version FROM product WHERE id = 1"))
                .containsExactly("3|1");
    }

    @Test
    void a_key_that_mybatis_plus_makes() throws Exception {
        ProductRow row = row(Product.of(0, "nail", "0.05", 5));

        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            row.id = null;
            products().insert(row);
        }));

        assertThat(proof.lockKeys()).containsExactly("product:" + row.id);
    }

    @Test
    void a_batch_of_entities() throws Exception {
        List<ProductRow> rows = List.of(
                row(Product.of(10, "nail", "0.05", 5)),
                row(Product.of(11, "rivet", "0.07", 6)),
                row(Product.of(12, "washer", "0.01", 7)));

        Proof proof = shop.undoneThenDone(() -> locally(() -> {
            products().insert(rows);
            Objects.requireNonNull(current).flushStatements();
        }));

        assertThat(proof.lockKeys())
                .isEqualTo(rows.stream().map(row -> "product:" + row.id).collect(Collectors.toSet()));
    }
}

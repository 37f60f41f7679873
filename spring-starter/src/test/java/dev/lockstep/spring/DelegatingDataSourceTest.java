package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** A data source that names a bean as its target, and leads to another database besides. */
class DelegatingDataSourceTest {

    private static final GlobalTransactionDefinition SELL = GlobalTransactionDefinition.named("sell");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final DataSource main = StockDatabase.create();
    private final DataSource other = StockDatabase.create();

    @AfterEach
    void close() {
        tc.close();
    }

    /** A split by an application's own rule. */
    static class Split extends DelegatingDataSource {
        private final DataSource other;
        boolean toOther;

        Split(DataSource main, DataSource other) {
            super(main);
            this.other = other;
        }

        void leadToOther() {
            toOther = true;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return toOther ? other.getConnection() : super.getConnection();
        }
    }

    @Test
    void a_data_source_that_chooses_by_itself_is_refused_inside_where_it_leads_past_its_target() {
        run(Split.class, main -> new Split(main, other), (split, template) -> {
            JdbcTemplate database = new JdbcTemplate(split);

            assertUndone(template, database);
            assertThat(amount(main)).isEqualTo(10);

            split.leadToOther();
            assertThatThrownBy(() -> template.execute(SELL, () -> database.update("UPDATE stock SET amount = 7")))
                    .hasRootCauseInstanceOf(SQLFeatureNotSupportedException.class)
                    .hasStackTraceContaining("'split'");
            assertThat(amount(other)).isEqualTo(10);
            assertThat(database.update("UPDATE stock SET amount = 9")).isEqualTo(1);
            assertThat(amount(other)).isEqualTo(9);
        });
    }

    /** The shorter way to choose. */
    static class ByTarget extends DelegatingDataSource {
        private final DataSource other;
        private boolean toOther;

        ByTarget(DataSource main, DataSource other) {
            super(main);
            this.other = other;
        }

        void leadToOther() {
            toOther = true;
        }

        @Override
        public @Nullable DataSource getTargetDataSource() {
            return toOther ? other : super.getTargetDataSource();
        }
    }

    @Test
    void one_that_chooses_its_target_is_refused_there_too() {
        run(ByTarget.class, main -> new ByTarget(main, other), (split, template) -> {
            JdbcTemplate database = new JdbcTemplate(split);

            assertUndone(template, database);
            assertThat(amount(main)).isEqualTo(10);

            split.leadToOther();
            assertThatThrownBy(() -> template.execute(SELL, () -> database.update("UPDATE stock SET amount = 7")))
                    .hasRootCauseInstanceOf(SQLFeatureNotSupportedException.class);
            assertThat(amount(other)).isEqualTo(10);
        });
    }

    @Test
    void the_read_only_data_source_of_springs_lazy_one_takes_part_too() {
        run(
                LazyConnectionDataSourceProxy.class,
                main -> {
                    var lazy = new LazyConnectionDataSourceProxy(main);
                    lazy.setReadOnlyDataSource(other);
                    return lazy;
                },
                (lazy, template) -> {
                    TransactionTemplate readOnly = new TransactionTemplate(new DataSourceTransactionManager(lazy));
                    readOnly.setReadOnly(true);
                    JdbcTemplate database = new JdbcTemplate(lazy);

                    assertUndone(template, database);
                    assertThat(amount(main)).isEqualTo(10);
                    readOnly.execute(status -> database.update("UPDATE stock SET amount = 9"));
                    assertThat(amount(other)).as("where the reads go").isEqualTo(9);
                    assertThatThrownBy(() -> template.execute(SELL, () -> {
                                readOnly.execute(status -> database.update("UPDATE stock SET amount = 7"));
                                throw new IllegalStateException("changed our mind");
                            }))
                            .hasMessage("changed our mind");
                    assertThat(amount(other)).isEqualTo(9);
                    assertThat(amount(main)).isEqualTo(10);
                });
    }

    private static void assertUndone(GlobalTransactionTemplate template, JdbcTemplate database) {
        assertThatThrownBy(() -> template.execute(SELL, () -> {
                    database.update("UPDATE stock SET amount = 7");
                    throw new IllegalStateException("changed our mind");
                }))
                .hasMessage("changed our mind");
    }

    /** @param make of the bean that takes part */
    private <T extends DataSource> void run(
            Class<T> type, Function<DataSource, T> make, BiConsumer<T, GlobalTransactionTemplate> steps) {
        Contexts.on(client)
                .withBean("main", DataSource.class, () -> main)
                .withInitializer(context -> ((GenericApplicationContext) context)
                        .registerBean("split", type, () -> make.apply(context.getBean("main", DataSource.class))))
                .withPropertyValues("seata.use-jdk-proxy=false")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    steps.accept(type.cast(context.getBean("split")), context.getBean(GlobalTransactionTemplate.class));
                });
    }
}

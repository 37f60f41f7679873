package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** An undo log is found in whatever database a routing led to, wherever it leads when the question is asked. */
@SpringBootTest(properties = {"spring.sql.init.mode=never", "lockstep.undo.create-table=true"})
@WithTc
class RoutedDatabasesTest {

    /** Leads where it is told to. */
    static class Routing extends AbstractRoutingDataSource {
        private @Nullable String here;

        void goTo(String key) {
            here = key;
        }

        @Override
        protected @Nullable Object determineCurrentLookupKey() {
            return here;
        }
    }

    /** Looks its one target up by itself, and has Spring resolve none. */
    static class OwnLookup extends Routing {
        private @Nullable DataSource target;

        void leadTo(DataSource database) {
            target = database;
        }

        @Override
        public void afterPropertiesSet() {}

        @Override
        protected DataSource determineTargetDataSource() {
            return Objects.requireNonNull(target);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        @Primary
        Routing routing() {
            return routingOf();
        }

        @Bean
        LazyConnectionDataSourceProxy lazy() {
            return new LazyConnectionDataSourceProxy(routingOf());
        }

        @Bean
        OwnLookup looking() {
            return new OwnLookup();
        }

        private static Routing routingOf() {
            var routing = new Routing();
            routing.setTargetDataSources(Map.of("east", database(), "west", database()));
            routing.setDefaultTargetDataSource(database());
            routing.afterPropertiesSet();
            return routing;
        }
    }

    private static DataSource database() {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        new JdbcTemplate(database).execute("create table stock (item varchar(20) primary key, amount int not null)");
        return database;
    }

    @Autowired
    Routing routing;

    @Autowired
    LazyConnectionDataSourceProxy lazy;

    @Autowired
    OwnLookup looking;

    @Autowired
    ResourceManager resourceManager;

    @Autowired
    GlobalTransactionTemplate template;

    @Autowired
    SeenTransactions transactions;

    @BeforeEach
    void forget() {
        transactions.forget();
    }

    @Test
    void it_is_found_in_the_default_target_that_is_none_of_those_with_a_key() {
        sell(routing, () -> {});
    }

    @Test
    void it_is_found_behind_a_proxy_in_a_target_that_the_routing_does_not_lead_to_now() {
        Routing behind = (Routing) Objects.requireNonNull(lazy.getTargetDataSource());
        behind.goTo("east");

        sell(lazy, () -> behind.goTo("west"));
    }

    @Test
    void it_is_found_in_a_target_that_the_routing_looks_up_by_itself() {
        looking.leadTo(resourceManager.wrap(database()));

        sell(looking, () -> {});
    }

    /** Writes through it, and asks for the undo log when the routing may lead elsewhere. */
    private void sell(DataSource dataSource, Runnable leadElsewhere) {
        template.execute(GlobalTransactionDefinition.named("sell"), () -> {
            new JdbcTemplate(dataSource).update("insert into stock values ('bike', 9)");
            leadElsewhere.run();
            transactions.assertLast().hasUndoLogs(1);
            return null;
        });

        transactions.assertLast().isCommitted().leavesNothing();
    }

    @Test
    void one_that_was_left_in_such_a_target_is_found_later() {
        template.execute(GlobalTransactionDefinition.named("sell"), () -> {
            new JdbcTemplate(routing).update("insert into stock values ('car', 9)");
            return null;
        });
        SeenTransaction sold = transactions.last();
        transactions.assertLast().leavesNothing();

        new JdbcTemplate(routing)
                .update(
                        "insert into undo_log values (1, ?, '', '', 0, current_timestamp, current_timestamp)",
                        sold.xid());

        assertThatThrownBy(() -> transactions.assertLast().hasUndoLogs(0)).hasMessageContaining("there are 1");
        new JdbcTemplate(routing).update("delete from undo_log");
    }
}

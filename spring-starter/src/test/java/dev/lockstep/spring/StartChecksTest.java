package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@ExtendWith(OutputCaptureExtension.class)
class StartChecksTest {

    private final ApplicationContextRunner runner = Contexts.withoutTc();

    @Test
    void without_a_tc_the_start_fails_where_that_is_asked_for() {
        // Longer than a transport that is used for the first time takes to be refused on a machine with other work.
        runner.withPropertyValues("lockstep.fail-fast.tc=true", "lockstep.fail-fast.limit=2s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("No TC took a connection within PT2S: 127.0.0.1:1 (")
                        .hasMessageContaining("\n    lockstep.fail-fast.tc=false\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seata.transport.enable-tm-client-channel-check-fail-fast",
                "seata.transport.enable-rm-client-channel-check-fail-fast"
            })
    void the_official_properties_ask_for_a_tc_at_the_start_where_ours_is_not_set(String property) {
        ApplicationContextRunner asked = runner.withPropertyValues(property + "=true", "lockstep.fail-fast.limit=2s");

        asked.run(context -> assertThat(context)
                .getFailure()
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("No TC took a connection within PT2S")
                .hasMessageContaining("\n    lockstep.fail-fast.tc=false\n"));
        asked.withPropertyValues("lockstep.fail-fast.tc=false")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void a_database_without_an_undo_log_table_fails_the_start_where_that_is_asked_for() {
        runner.withPropertyValues("lockstep.fail-fast.databases=true")
                .withBean("orders", DataSource.class, () -> h2("jdbc:h2:mem:without_undo_log"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("The database of DataSource 'orders' has no table undo_log")
                        .hasMessageContaining("seata.client.undo.log-table"));
    }

    @Test
    void a_database_without_an_undo_log_table_is_told_otherwise(CapturedOutput output) {
        runner.withBean("untabled", DataSource.class, () -> h2("jdbc:h2:mem:without_undo_log2"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    await().untilAsserted(() -> assertThat(output.getAll()
                                    .lines()
                                    .filter(line -> line.contains("ERROR") && line.contains("untabled")))
                            .singleElement()
                            .asString()
                            .contains("The database of DataSource 'untabled' has no table undo_log"));
                });
    }

    @Test
    void a_database_with_an_undo_log_table_is_fit() throws SQLException {
        String url = "jdbc:h2:mem:with_undo_log;DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("RUNSCRIPT FROM 'classpath:dev/lockstep/rm/undo_log/h2.sql'");
        }
        runner.withPropertyValues("lockstep.fail-fast.databases=true")
                .withBean("orders", DataSource.class, () -> h2(url))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void a_database_that_cannot_be_reached_fails_the_start_where_that_is_asked_for() {
        runner.withPropertyValues("lockstep.fail-fast.databases=true")
                .withBean(
                        "orders",
                        DataSource.class,
                        () -> new DriverManagerDataSource("jdbc:h2:tcp://127.0.0.1:1/nowhere"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("The database of DataSource 'orders' cannot be asked"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_database_that_goes_down_while_it_is_looked_at_is_not_said_to_lack_the_table(boolean afterConnecting) {
        var failing = new DriverManagerDataSource("jdbc:h2:mem:goes_down") {
            private boolean known;

            @Override
            public Connection getConnection() throws SQLException {
                if (known && !afterConnecting) {
                    throw new SQLException("the pool is closed");
                }
                Connection connection = super.getConnection();
                if (known) {
                    connection.close();
                }
                known = true;
                return connection;
            }
        };
        runner.withPropertyValues("lockstep.fail-fast.databases=true")
                .withBean("orders", DataSource.class, () -> failing)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("The database of DataSource 'orders' cannot be asked"));
    }

    @Test
    void a_database_of_an_unknown_kind_fails_the_start_where_that_is_asked_for() {
        runner.withPropertyValues("lockstep.fail-fast.databases=true")
                .withBean("ledger", DataSource.class, StartChecksTest::ofUnknownKind)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("The database of DataSource 'ledger' is of a kind that cannot take part")
                        .hasMessageContaining("No dialect for Tabularium")
                        .hasMessageContaining("seata.excludes-for-auto-proxying=ledger"));
    }

    @Test
    void a_database_of_an_unknown_kind_is_told_otherwise(CapturedOutput output) {
        runner.withBean("ledger", DataSource.class, StartChecksTest::ofUnknownKind)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    await().untilAsserted(() -> assertThat(output.getAll())
                            .contains("ERROR")
                            .contains("The database of DataSource 'ledger' is of a kind that cannot take part"));
                });
    }

    /** A database that says it is one nobody knows. */
    private static DataSource ofUnknownKind() {
        return new DriverManagerDataSource("jdbc:h2:mem:unknown_kind") {
            @Override
            public Connection getConnection() throws SQLException {
                return answering(Connection.class, super.getConnection(), (connection, method, arguments) -> {
                    Object answer = method.invoke(connection, arguments);
                    return answer instanceof DatabaseMetaData metaData
                            ? answering(DatabaseMetaData.class, metaData, StartChecksTest::asTabularium)
                            : answer;
                });
            }
        };
    }

    private static Object asTabularium(Object metaData, Method method, Object[] arguments)
            throws ReflectiveOperationException {
        return switch (method.getName()) {
            case "getDatabaseProductName" -> "Tabularium";
            case "getURL" -> "jdbc:tabularium:ledger";
            default -> method.invoke(metaData, arguments);
        };
    }

    private interface Answer {
        Object to(Object original, Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T answering(Class<T> type, T original, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(original, method, arguments)));
    }

    private static DataSource h2(String url) {
        var dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        return dataSource;
    }
}

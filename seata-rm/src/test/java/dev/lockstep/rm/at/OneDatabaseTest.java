package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resource is one undo_log in one database: whatever would write elsewhere under its id is refused. */
final class OneDatabaseTest {

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("app");
    private final ResourceManager rm = new ResourceManager(client, client, ResourceManagerOptions.defaults());
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(new GlobalTransactions(
            client,
            TmOptions.builder("app", "group")
                    .repeatLimit(Duration.ofMillis(100))
                    .build()));
    private final JdbcDataSource one = database();
    private final JdbcDataSource other = database();

    @BeforeEach
    void make_the_databases() throws SQLException, IOException {
        client.open(rm, rm);
        for (JdbcDataSource database : new JdbcDataSource[] {one, other}) {
            make("PUBLIC", database);
        }
    }

    private static void make(String schema, JdbcDataSource database) throws SQLException, IOException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                InputStream script = ResourceManager.class.getResourceAsStream("undo_log/h2.sql")) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
            statement.execute("SET SCHEMA " + schema);
            statement.execute(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, balance INT)");
            statement.execute("INSERT INTO account VALUES (1, 100)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        rm.close();
        tc.close();
        execute(one, "SHUTDOWN");
        execute(other, "SHUTDOWN");
    }

    private static JdbcDataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=1000");
        return database;
    }

    /** A data source that leads now here, now there, as its user chooses. */
    private static final class Chooser extends DelegatingDataSource {
        private volatile DataSource chosen;

        Chooser(DataSource first) {
            super(first);
            this.chosen = first;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return chosen.getConnection();
        }

        @Override
        protected Connection wrap(Connection connection) {
            return connection;
        }
    }

    @Test
    void a_write_through_a_connection_to_another_database_than_the_resource_is_refused() throws Exception {
        Chooser chooser = new Chooser(one);
        DataSource managed = rm.wrap(chooser);
        managed.unwrap(AtDataSource.class).open();
        chooser.chosen = other;

        assertThatThrownBy(() -> inside(managed, "UPDATE account SET balance = balance - 100 WHERE id = 1"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(other.getURL().split(";")[0])
                .hasMessageContaining(one.getURL().split(";")[0])
                .hasMessageContaining("Wrap each of those that it chooses from");
        assertThatThrownBy(() -> prepared(managed, "INSERT INTO account VALUES (?, ?)"))
                .hasMessageContaining("Write refused");
        assertThatThrownBy(() -> inside(managed, "SELECT * FROM account WHERE id = 1 FOR UPDATE"))
                .hasMessageContaining("Write refused");

        assertThat(number(other, "SELECT SUM(balance) FROM account")).isEqualTo(100);
        assertThat(number(other, "SELECT COUNT(*) FROM undo_log")).isZero();
    }

    @Test
    void such_a_connection_may_be_read_from_and_be_written_through_outside() throws Exception {
        Chooser chooser = new Chooser(one);
        DataSource managed = rm.wrap(chooser);
        managed.unwrap(AtDataSource.class).open();
        chooser.chosen = other;

        inside(managed, "SELECT balance FROM account WHERE id = 1");
        execute(managed, "UPDATE account SET balance = 90 WHERE id = 1");

        assertThat(number(other, "SELECT balance FROM account")).isEqualTo(90);
        chooser.chosen = one;
        inside(managed, "UPDATE account SET balance = 80 WHERE id = 1");
        assertThat(number(one, "SELECT balance FROM account")).isEqualTo(80);
    }

    @Test
    void where_urls_are_said_to_change_it_is_taken_for_the_resource() throws Exception {
        Chooser chooser = new Chooser(one);
        try (ResourceManager told = new ResourceManager(
                client,
                client,
                ResourceManagerOptions.builder().changingUrls(true).build())) {
            DataSource managed = told.wrap(chooser);
            managed.unwrap(AtDataSource.class).open();
            chooser.chosen = other;

            inside(managed, "UPDATE account SET balance = balance - 100 WHERE id = 1");
        }

        assertThat(number(other, "SELECT SUM(balance) FROM account")).isZero();
    }

    @Test
    void of_two_data_sources_whose_names_lead_to_unlike_schemas_of_one_database_the_second_takes_no_part()
            throws Exception {
        make("TENANT_B", one);
        JdbcDataSource inB = new JdbcDataSource();
        inB.setURL(one.getURL() + ";SCHEMA=TENANT_B");
        DataSource first = rm.wrap(one);
        first.unwrap(AtDataSource.class).open();
        DataSource second = rm.wrap(inB);

        assertThatThrownBy(() -> inside(second, "UPDATE account SET balance = balance - 100 WHERE id = 1"))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageContaining("PUBLIC")
                .hasMessageContaining("TENANT_B")
                .hasMessageContaining("takes no part");

        assertThat(number(one, "SELECT balance FROM TENANT_B.account")).isEqualTo(100);
        inside(first, "UPDATE account SET balance = 90 WHERE id = 1");
        inside(second, "SELECT balance FROM account");
    }

    private void inside(DataSource dataSource, String sql) throws SQLException {
        template.execute(GlobalTransactionDefinition.named("inside"), () -> {
            execute(dataSource, sql);
            return null;
        });
    }

    private void prepared(DataSource dataSource, String sql) throws SQLException {
        template.execute(GlobalTransactionDefinition.named("prepared"), () -> {
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setInt(1, 2);
                statement.setInt(2, 5);
                return statement.executeUpdate();
            }
        });
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}

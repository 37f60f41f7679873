package dev.lockstep.rm.wholepath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.exception.TransactionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The application without Spring that docs/getting-started.md shows, on a real TC. */
class WithoutSpringIT {

    private final JdbcDataSource pool = new JdbcDataSource();
    private String xid = "";

    /** The times of the program are those that are used unless others are given: too short to load all that it needs. */
    @BeforeAll
    static void load_what_a_first_client_loads(@SharedTc("1.8.0") TcServer tc) throws TransactionException {
        var patience = Duration.ofSeconds(20);
        var options = RpcOptions.builder("order", "order-stock")
                .startupWait(patience)
                .connectTimeout(patience)
                .tmRequestTimeout(patience)
                .build();
        try (var rpc = new SeataRpcClient(options, StaticDiscovery.of(tc.address()));
                var resourceManager = new ResourceManager(rpc, rpc, ResourceManagerOptions.defaults())) {
            rpc.open(resourceManager, resourceManager);
            rpc.rollback(rpc.begin("order", "order-stock", "nothing", 60_000));
        }
    }

    @Test
    void the_program_of_the_first_page_commits(@SharedTc("1.8.0") TcServer tc) throws Exception {
        pool.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        execute(pool, "RUNSCRIPT FROM 'classpath:dev/lockstep/rm/undo_log/h2.sql'");
        execute(pool, "CREATE TABLE orders (id INT PRIMARY KEY, product VARCHAR(20))");

        // as shown
        var rpcOptions = RpcOptions.builder("order", "order-stock").build();
        try (var rpc = new SeataRpcClient(rpcOptions, StaticDiscovery.of(tc.address()));
                var resourceManager = new ResourceManager(rpc, rpc, ResourceManagerOptions.defaults());
                var transactions = new GlobalTransactions(rpc, TmOptions.of("order", "order-stock"))) {
            rpc.open(transactions.witnessedBy(resourceManager), resourceManager);
            DataSource dataSource = resourceManager.wrap(pool);
            var template = new GlobalTransactionTemplate(transactions);
            template.execute(GlobalTransactionDefinition.named("place-order"), () -> placeOrder(dataSource));
        }
        // so far

        // The TC calls itself by an address of its own.
        assertThat(xid).matches(".+:\\d+:\\d+");
        assertThat(count("orders")).isEqualTo(1);
    }

    @Test
    void the_page_shows_what_runs_here() throws IOException {
        String here = Files.readString(Path.of("src/test/java/dev/lockstep/rm/wholepath/WithoutSpringIT.java"));
        String shown = here.substring(
                        here.indexOf("// as shown\n") + "// as shown\n".length(), here.indexOf("// so far"))
                .stripIndent()
                .strip()
                .replace("tc.address()", "\"localhost:8091\"");
        assertThat(Files.readString(Path.of("../docs/getting-started.md"))).contains("```java\n" + shown + "\n```");
    }

    private int placeOrder(DataSource dataSource) throws SQLException {
        execute(dataSource, "INSERT INTO orders VALUES (1, 'bike')");
        xid = Objects.requireNonNull(GlobalScope.current()).xid();
        return 1;
    }

    private int count(String table) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

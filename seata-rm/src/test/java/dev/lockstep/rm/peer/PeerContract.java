package dev.lockstep.rm.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.at.Rig;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.memory.BranchView;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold between an official client and ours on one database, in both directions. */
abstract class PeerContract {

    /** The official clients, one of each family of class names. */
    enum Peer {
        V2_0_0("2.0.0", "io.seata"),
        V2_5_0("2.5.0", "org.apache.seata");

        private final String version;
        private final String names;

        Peer(String version, String names) {
            this.version = version;
            this.names = names;
        }

        String version() {
            return version;
        }

        String names() {
            return names;
        }

        OfficialClient client() {
            return OfficialClient.of(version, names);
        }
    }

    private static final String[] STATEMENTS = {
        "INSERT INTO goods (id, name, amount) VALUES (10, 'new', 1)",
        "UPDATE goods SET amount = amount + 5, price = 9.99 WHERE id = 1",
        "UPDATE goods SET name = 'all', seen = NULL WHERE id < 3",
        "UPDATE goods SET seen = '2025-01-02 03:04:05.678901' WHERE id = 1",
        "DELETE FROM goods WHERE id = 3",
        "INSERT INTO line (line_no, order_id, text) VALUES (7, 100, 'x')",
        "UPDATE line SET text = 'changed' WHERE order_id = 100 AND line_no = 1",
        "DELETE FROM line WHERE order_id = 200"
    };

    private final TestDatabase database;
    private Rig rig;

    PeerContract(DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    /** Our own data source of a database. */
    abstract DataSource dataSource(TestDatabase opened) throws SQLException;

    /** Of our scripts for undo logs. */
    abstract String undoLogScript();

    /** Columns {@code seen} and {@code day}, and others with a default, of types that clients hold in different ways. */
    abstract String columns();

    /** What the official client needs in the URL. */
    String parameters() {
        return "";
    }

    @BeforeEach
    void fill() throws SQLException {
        open("io.seata");
    }

    private void open(String classNames) throws SQLException {
        rig = new Rig(
                dataSource(database),
                undoLogScript(),
                ResourceManagerOptions.builder().undoClassNames(classNames).build());
        rig.plain(
                "DROP TABLE IF EXISTS goods",
                "DROP TABLE IF EXISTS line",
                "CREATE TABLE goods (id BIGINT PRIMARY KEY, name VARCHAR(20), amount INT, price DECIMAL(10,2), "
                        + columns() + ")",
                "CREATE TABLE line (order_id BIGINT, line_no INT, text VARCHAR(20), PRIMARY KEY (order_id, line_no))",
                "INSERT INTO goods (id, name, amount, price, seen, day) VALUES (1, 'a', 10, 1.50, '2024-03-31 02:30:00.123456',"
                        + " '2024-02-29'), (2, 'b''\u4e2d', NULL, 0.10, '2024-10-27 02:30:00', '1999-12-31'),"
                        + " (3, 'c', 30, NULL, NULL, NULL)",
                "INSERT INTO line VALUES (100, 1, 'one'), (200, 1, 'two'), (200, 2, NULL)");
    }

    @AfterEach
    void drop() throws SQLException {
        rig.close();
        database.close();
    }

    private List<List<@Nullable String>> everything() throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>(rig.rows("SELECT * FROM goods ORDER BY id"));
        rows.addAll(rig.rows("SELECT * FROM line ORDER BY order_id, line_no"));
        return rows;
    }

    /** A branch of ours, committed and left open. */
    private TransactionView writtenByOurs(String... statements) {
        TransactionView[] seen = new TransactionView[1];
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("ours"), () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        for (String sql : statements) {
                            Rig.update(connection, sql);
                        }
                        connection.commit();
                    }
                    seen[0] = rig.tc.transactions().get(0);
                    rig.tc.faults().setReachable(false);
                    throw new IllegalStateException("left open");
                }))
                .hasMessage("left open");
        return seen[0];
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void what_ours_has_written_the_official_client_rolls_back(Peer peer) throws Exception {
        rig.close();
        open(peer.names);
        List<List<@Nullable String>> before = everything();
        TransactionView open = writtenByOurs(STATEMENTS);
        assertThat(everything()).isNotEqualTo(before);
        BranchView branch = open.branches().get(0);

        peer.client().database(database, parameters()).rollBack(open.xid(), branch.branchId());

        assertThat(everything()).isEqualTo(before);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void what_the_official_client_has_written_ours_rolls_back(Peer peer) throws Exception {
        List<List<@Nullable String>> before = everything();
        FleetMember.Branch written =
                peer.client().database(database, parameters()).write("10.0.0.5:8091:77", 78, STATEMENTS);
        assertThat(everything()).isNotEqualTo(before);
        assertThat(rig.undoLogs()).isEqualTo(1);
        openOurs();

        assertThat(rig.rm.branchRollback(BranchType.AT, "10.0.0.5:8091:77", 78, written.resourceId(), null))
                .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);

        assertThat(everything()).isEqualTo(before);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void both_name_the_database_and_its_rows_alike(Peer peer) throws Exception {
        FleetMember.Branch official =
                peer.client().database(database, parameters()).write("10.0.0.5:8091:77", 78, STATEMENTS);
        openOurs();
        assertThat(rig.rm.branchRollback(BranchType.AT, "10.0.0.5:8091:77", 78, official.resourceId(), null))
                .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        BranchView ours = writtenByOurs(STATEMENTS).branches().get(0);

        assertThat(ours.resourceId()).isEqualTo(official.resourceId());
        assertThat(rowsOf(ours.lockKeys())).isEqualTo(rowsOf(String.join(";", official.lockKeys())));
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void an_official_client_does_not_read_the_class_names_of_the_other_family(Peer peer) throws Exception {
        rig.close();
        open(peer == Peer.V2_0_0 ? "org.apache.seata" : "io.seata");
        TransactionView open = writtenByOurs("UPDATE goods SET amount = 0 WHERE id = 1");
        OfficialClient.Database official = peer.client().database(database, parameters());

        assertThatThrownBy(() ->
                        official.rollBack(open.xid(), open.branches().get(0).branchId()))
                .isInstanceOf(Exception.class);
        assertThat(rig.undoLogs()).as("it stays for one that can").isEqualTo(1);
    }

    /** Our RM knows its database from the first use on. */
    private void openOurs() throws SQLException {
        try (Connection connection = rig.managed.getConnection()) {
            connection.getMetaData();
        }
        org.awaitility.Awaitility.await().until(() -> {
            try {
                return rig.rm.branchCommit(BranchType.AT, "none", 0, resourceId(), null)
                        == BranchStatus.PhaseTwo_Committed;
            } catch (RuntimeException e) {
                return false;
            }
        });
    }

    private String resourceId() throws SQLException {
        try (Connection connection = database.connect()) {
            return connection.getMetaData().getURL().split("[?]")[0];
        }
    }

    /** Our script that makes undo_log on this database. */
    static String scriptOf(String name) {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/" + name + ".sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code table:key,key;table:key} as rows, whose order means nothing. */
    static Set<String> rowsOf(String lockKeys) {
        Set<String> rows = new TreeSet<>();
        for (String ofTable : lockKeys.split(";")) {
            if (!ofTable.isBlank()) {
                String[] tableAndKeys = ofTable.split(":", 2);
                Arrays.stream(tableAndKeys[1].split(",")).forEach(key -> rows.add(tableAndKeys[0] + ":" + key));
            }
        }
        return rows;
    }
}

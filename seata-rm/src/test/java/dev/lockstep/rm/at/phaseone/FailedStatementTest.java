package dev.lockstep.rm.at.phaseone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.dialect.Errors;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.tm.GlobalLockScope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors by which a database may have rolled a local transaction back, as its settings say. */
final class FailedStatementTest {

    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, SELECT 0, true",
        "2, SELECT 1, true",
        "2, SELECT 0, false",
        "2, SELECT nonsense, true",
        "2, SELECT 1 WHERE FALSE, true",
        "3, SELECT 1, false"
    })
    void a_local_transaction_that_may_be_gone_can_only_be_rolled_back(int errorCode, String setting, boolean gone)
            throws SQLException {
        BranchContext branch = branchWithOneRow();

        new FailedStatement(errors(setting))
                .happened(connection, branch, new SQLException("timeout", "HY000", errorCode));

        assertThat(branch.isDoomed()).isEqualTo(gone);
    }

    @ParameterizedTest
    @CsvSource({"08S01, true", "08006, true", "25S03, true", "25S02, false", "42000, false"})
    void a_lost_connection_takes_the_local_transaction_along(String state, boolean gone) throws SQLException {
        BranchContext branch = branchWithOneRow();

        new FailedStatement(Errors.STANDARD).happened(connection, branch, new SQLException("lost", state));

        assertThat(branch.isDoomed()).isEqualTo(gone);
    }

    @Test
    void a_lost_connection_is_known_by_the_class_of_its_error() throws SQLException {
        for (SQLException lost : List.of(
                new SQLNonTransientConnectionException("closed", "90067"),
                new SQLTransientConnectionException("away"),
                new SQLRecoverableException("gone"))) {
            BranchContext branch = branchWithOneRow();
            new FailedStatement(Errors.STANDARD).happened(connection, branch, lost);
            assertThat(branch.isDoomed()).as(lost.toString()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void one_that_had_changed_nothing_goes_on(int errorCode) throws SQLException {
        BranchContext branch = emptyBranch();

        new FailedStatement(errors("SELECT 1"))
                .happened(connection, branch, new SQLException("timeout", "HY000", errorCode));

        assertThat(branch.isDoomed()).isFalse();
    }

    private static Errors errors(String setting) {
        return Errors.STANDARD.localTransactionEnds(Set.of(1), Map.of(2, setting));
    }

    private static BranchContext emptyBranch() throws SQLException {
        return GlobalLockScope.<BranchContext, SQLException>execute(
                null, () -> new BranchContext(Objects.requireNonNull(GlobalLockScope.current()), "any"));
    }

    private static BranchContext branchWithOneRow() throws SQLException {
        BranchContext branch = emptyBranch();
        TableImage row = new TableImage("t", List.of(new ImageColumn("id", Types.INTEGER, true)), List.of(List.of(1)));
        branch.remember(new RowChange(RowChange.Kind.INSERT, "t", TableImage.empty("t"), row));
        return branch;
    }
}

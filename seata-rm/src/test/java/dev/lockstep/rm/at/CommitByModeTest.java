package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitByModeTest {

    private final NotingFirst driver = new NotingFirst();
    private final CommitByMode mode = new CommitByMode(driver.connection());

    @BeforeEach
    void leaveAutocommitMode() throws SQLException {
        mode.leaves();
        driver.connection().setAutoCommit(false);
    }

    @Test
    void a_commit_goes_ahead_of_the_user() throws SQLException {
        mode.commit();

        assertThat(mode.isAhead()).isTrue();
        assertThat(driver.database).isTrue();
    }

    @Test
    void after_one_that_failed_driver_and_database_are_both_in_a_local_transaction() throws SQLException {
        driver.failures = 1;

        assertThatThrownBy(mode::commit).isInstanceOf(SQLException.class);

        assertThat(mode.isAhead()).isFalse();
        assertThat(mode.isPossible()).isFalse();
        assertThat(driver.noted).isFalse();
        assertThat(driver.database).isFalse();
        mode.rollback();
        assertThat(driver.rolledBack).isTrue();
    }

    @Test
    void where_that_fails_too_the_connection_is_given_up() {
        driver.failures = 2;

        assertThatThrownBy(mode::commit)
                .hasMessage("failure 1")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));

        assertThat(driver.aborted).isTrue();
    }

    /** A driver that notes the mode before it asks the database for it, as Connector/J does, and refuses what its note forbids. */
    private static final class NotingFirst {
        private boolean noted = true;
        private boolean database = true;
        private int failures;
        private int failed;
        private boolean rolledBack;
        private boolean aborted;

        Connection connection() {
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "getAutoCommit" -> {
                                return noted;
                            }
                            case "setAutoCommit" -> change((boolean) arguments[0]);
                            case "rollback" -> rollback();
                            case "abort" -> aborted = true;
                            default -> throw new UnsupportedOperationException(method.getName());
                        }
                        return null;
                    });
        }

        private void change(boolean autoCommit) throws SQLException {
            noted = autoCommit;
            if (failed < failures) {
                failed++;
                throw new SQLException("failure " + failed);
            }
            database = autoCommit;
        }

        private void rollback() throws SQLException {
            if (noted) {
                throw new SQLException("Can't call rollback when autocommit=true");
            }
            rolledBack = true;
        }
    }
}

package dev.lockstep.rm.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsupportedSqlExceptionTest {

    @Test
    void it_says_what_why_and_what_to_do() {
        var exception = new UnsupportedSqlException(
                "TRUNCATE TABLE t",
                "TRUNCATE changes definitions, and in many databases commits the local transaction",
                "Run it outside of the global transaction.");
        assertThat(exception.getMessage())
                .isEqualTo("Statement not run inside the global transaction, since its rows could not be rolled back:"
                        + " TRUNCATE changes definitions, and in many databases commits the local transaction."
                        + " Run it outside of the global transaction. SQL: TRUNCATE TABLE t");
        assertThat(exception.getSQLState()).isEqualTo("0A000");
    }

    @Test
    void a_long_text_is_cut() {
        var exception = new UnsupportedSqlException("x".repeat(5000), "it is odd", "");
        assertThat(exception.getMessage()).endsWith("xxx... (5000 characters)").hasSizeLessThan(1200);
    }
}

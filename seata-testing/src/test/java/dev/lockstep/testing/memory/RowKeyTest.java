package dev.lockstep.testing.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowKeyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "stock:1,2;orders:7_a | stock 1, stock 2, orders 7_a",
                "stock:1,,2           | stock 1, stock 2",
                "stock:1;;orders:2    | stock 1",
                "stock:1;orders;a:2   | stock 1",
                "stock:;a:2           | ''",
                "stock:a:b            | stock a:b",
                "''                   | ''",
                "null                 | ''"
            })
    void lock_keys_are_read_up_to_the_first_malformed_group(String lockKeys, String expected) {
        assertThat(RowKey.parse("r", lockKeys))
                .extracting(row -> row.table() + " " + row.primaryKey())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(", ")));
    }

    @Test
    void rows_belong_to_their_resource() {
        assertThat(RowKey.parse("first", "stock:1")).isNotEqualTo(RowKey.parse("second", "stock:1"));
    }
}

package dev.lockstep.rm.at.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentNumbersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\": 12.10}",
                "[1, 2, 0.00]",
                "-3.50",
                "123456789012345678901234",
                "1234567890123456789",
                "{\"a\": {\"b\": [1.5e300]}}",
                "{\"\\\"\": 1.10}",
                "0.00000000001",
            })
    void a_number_that_may_change_is_found(String json) {
        assertThat(DocumentNumbers.mayChange(json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\": 12.5, \"u\": 12.0, \"v\": 10, \"w\": -0.25}",
                "{\"text\": \"12.10\", \"\\\"1.10\": null}",
                "{\"id\": 123456789012345678, \"at\": -999999999999999999}",
                "\"open",
                "\"ends with \\\\\"",
                "",
            })
    void others_are_left_alone(String json) {
        assertThat(DocumentNumbers.mayChange(json)).isFalse();
    }
}

package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AccessKeyTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    @Test
    void without_keys_the_lines_are_those_of_the_official_client() {
        assertThat(new AccessKey(null, null).extraData("default_tx_group", "10.0.0.9", NOW))
                .isEqualTo("""
                        ak=null
                        digest=default_tx_group,10.0.0.9,1700000000000
                        timestamp=1700000000000
                        authVersion=V4
                        """);
    }

    @Test
    void secret_key_signs_in_five_steps() {
        // Computed by an independent HMAC implementation.
        assertThat(new AccessKey("me", "mySecret").extraData("default_tx_group", "10.0.0.9", NOW))
                .isEqualTo("""
                        ak=me
                        digest=FAdAkOX52NW5qrU7QoliTcI4RcH2bGkTf/ZbTMX60tQ=
                        timestamp=1700000000000
                        authVersion=V4
                        """);
    }

    @Test
    void secret_key_is_not_told_by_the_text_form() {
        assertThat(new AccessKey("me", "mySecret").toString()).contains("me").doesNotContain("mySecret");
    }
}

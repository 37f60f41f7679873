package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spring.SeataConfigurationException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternsTest {

    @ParameterizedTest
    @CsvSource({
        "*,                http://stock:8080/take,                 true",
        "*,                /relative,                              true",
        "stock,            http://stock:8080/take,                 true",
        "stock,            http://user:word@stock/take,            true",
        "Stock,            https://STOCK/take,                     true",
        "stock,            http://stock./take,                     true",
        "stock.,           http://stock/take,                      true",
        "stock,            http://stock.example.com/take,          false",
        "stock,            http://example.com/stock,               false",
        "stock,            http://stock@example.com/,              false",
        "stock,            /relative,                              false",
        "*.shop.internal,  http://stock.shop.internal/,            true",
        "*.shop.internal,  http://a.b.shop.internal/,              true",
        "*.shop.internal,  http://shop.internal/,                  false",
        "*.shop.internal,  http://stock.shop.internal.evil.com/,   false",
        "shop.internal,    http://shopxinternal/,                  false",
        "stock_service,    http://stock_service/take,              true",
        "stock_service,    http://user@stock_service:8080/take,    true",
        "10.1.*,           http://10.1.2.3:8080/,                  true",
        "10.1.*,           http://10.10.2.3:8080/,                 false",
        "[::1],            http://[::1]:8080/,                     true",
        "::1,              http://[::1]/,                          true",
        "fd00:*:*,         http://[FD00:1::2]/,                    true",
        "fd00:*:*,         http://[fe80:1::2]/,                    false"
    })
    void a_pattern_matches_the_host_of_a_call_and_nothing_else_of_it(String pattern, String uri, boolean matches) {
        assertThat(HostPatterns.of("hosts", List.of(pattern)).match(URI.create(uri)))
                .isEqualTo(matches);
    }

    @Test
    void one_of_several_is_enough_and_none_matches_nothing() {
        URI stock = URI.create("http://stock/");

        assertThat(HostPatterns.of("hosts", List.of("pay", "stock")).match(stock))
                .isTrue();
        assertThat(HostPatterns.of("hosts", Set.of()).match(stock)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://stock", "stock:8080", "stock/take", "", " ", "stock pay", "[stock", "!stock", "st?ck"})
    void what_can_be_no_host_is_refused_by_name(String pattern) {
        assertThatThrownBy(() -> HostPatterns.of("lockstep.propagation.hosts", List.of("stock", pattern)))
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("lockstep.propagation.hosts holds '" + pattern + "', which can be no host");
    }
}

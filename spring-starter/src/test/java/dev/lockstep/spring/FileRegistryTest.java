package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.discovery.TcAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FileRegistryTest {

    @Test
    void group_leads_through_its_cluster_to_the_addresses() {
        var registry = registry(Map.of(
                "seata.tx-service-group", "shop_tx_group",
                "seata.service.vgroup-mapping.shop_tx_group", "east",
                "seata.service.grouplist.east", "tc1:8091;tc2:8092, 10.0.0.3:8093;"));

        assertThat(addresses(registry)).containsExactly("tc1:8091", "tc2:8092", "10.0.0.3:8093");
    }

    @Test
    void default_group_is_the_official_one() {
        var registry = registry(Map.of(
                "seata.service.vgroup-mapping.default_tx_group", "default",
                "seata.service.grouplist.default", "127.0.0.1:8091"));

        assertThat(addresses(registry)).containsExactly("127.0.0.1:8091");
    }

    @Test
    void group_spelled_by_an_environment_variable_is_found() {
        var registry = registry(Map.of(
                "seata.tx-service-group", "shop-tx_group",
                "seata.service.vgroupMapping.shoptxgroup", "EAST",
                "seata.service.grouplist.east", "tc1:8091"));

        assertThat(addresses(registry)).containsExactly("tc1:8091");
    }

    @Test
    void unknown_group_is_refused_with_the_lines_to_add() {
        var registry = registry(Map.of(
                "seata.tx-service-group", "shop",
                "seata.service.vgroup-mapping.other", "default"));

        assertThatThrownBy(registry::discovery)
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("transaction service group 'shop'")
                .hasMessageContaining("other=default")
                .hasMessageContaining("\n    seata.service.vgroup-mapping.shop=default\n")
                .hasMessageContaining("\n    seata.service.grouplist.default=127.0.0.1:8091\n");
    }

    @Test
    void cluster_without_addresses_is_refused_with_the_line_to_add() {
        var registry = registry(Map.of("seata.service.vgroup-mapping.default_tx_group", "east"));

        assertThatThrownBy(registry::discovery)
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("cluster 'east'")
                .hasMessageContaining("there are none")
                .hasMessageContaining("\n    seata.service.grouplist.east=127.0.0.1:8091\n");
    }

    @Test
    void text_that_is_no_address_is_refused_by_name() {
        var registry = registry(Map.of(
                "seata.service.vgroup-mapping.default_tx_group", "default",
                "seata.service.grouplist.default", "tc1:8091;tc2"));

        assertThatThrownBy(registry::discovery)
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("seata.service.grouplist.default is 'tc1:8091;tc2'")
                .hasMessageContaining("not \"tc2\"");
    }

    @Test
    void port_out_of_range_is_refused() {
        var registry = registry(Map.of(
                "seata.service.vgroup-mapping.default_tx_group", "default",
                "seata.service.grouplist.default", "tc1:70000"));

        assertThatThrownBy(registry::discovery)
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("70000");
    }

    @Test
    void a_name_stands_for_every_address_behind_it_where_that_is_wished() throws Exception {
        var discovery = registry(
                        Map.of(
                                "seata.service.vgroup-mapping.default_tx_group", "default",
                                "seata.service.grouplist.default", "localhost:8091;127.0.0.2:8092"),
                        true)
                .discovery();
        String[] expected = Stream.concat(
                        Arrays.stream(InetAddress.getAllByName("localhost"))
                                .map(address -> new TcAddress(address.getHostAddress(), 8091)),
                        Stream.of(new TcAddress("127.0.0.2", 8092)))
                .map(TcAddress::toString)
                .toArray(String[]::new);

        var subscription = discovery.onChange(() -> {});
        try {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(discovery.addresses())
                            .extracting(TcAddress::toString)
                            .containsExactly(expected));
        } finally {
            subscription.close();
        }
    }

    @Test
    void a_list_that_names_nothing_is_refused_where_every_address_is_wished_too() {
        var registry = registry(
                Map.of(
                        "seata.service.vgroup-mapping.default_tx_group", "default",
                        "seata.service.grouplist.default", "localhost:70000"),
                true);

        assertThatThrownBy(registry::discovery)
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("70000");
    }

    private static List<String> addresses(FileRegistry registry) {
        return registry.discovery().addresses().stream()
                .map(TcAddress::toString)
                .toList();
    }

    private static FileRegistry registry(Map<String, String> properties) {
        return registry(properties, false);
    }

    private static FileRegistry registry(Map<String, String> properties, boolean everyAddress) {
        SeataProperties bound = BoundProperties.of(properties);
        return new FileRegistry(
                bound.service(),
                Identity.of(bound, Map.of("spring.application.name", "shop")::get)
                        .group(),
                new LockstepProperties.Registry(null, Duration.ofSeconds(10), everyAddress));
    }
}

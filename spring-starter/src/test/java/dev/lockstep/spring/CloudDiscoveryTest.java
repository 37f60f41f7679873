package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;

@ExtendWith(OutputCaptureExtension.class)
class CloudDiscoveryTest {

    private static final Duration NEVER = Duration.ofDays(1);
    private static final TcService TCS = new TcService("seata-server", null, "");

    private volatile Supplier<List<ServiceInstance>> registry = List::of;

    private final DiscoveryClient client = new DiscoveryClient() {
        @Override
        public String description() {
            return "test";
        }

        @Override
        public List<ServiceInstance> getInstances(String serviceId) {
            assertThat(serviceId).isEqualTo("seata-server");
            return registry.get();
        }

        @Override
        public List<String> getServices() {
            return List.of("seata-server");
        }
    };

    @Test
    void the_instances_of_the_service_are_the_tcs_and_a_change_is_told() {
        registry = () -> List.of(instance("tc1"), instance("tc2"));
        List<List<TcAddress>> told = new CopyOnWriteArrayList<>();
        try (var discovery = new CloudDiscovery(() -> client, TCS, NEVER)) {
            await().until(() -> !discovery.addresses().isEmpty());
            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc1", 8091), new TcAddress("tc2", 8091));

            discovery.onChange(() -> told.add(discovery.addresses()));
            registry = () -> List.of(instance("tc2"));
            discovery.onApplicationEvent(new HeartbeatEvent(this, 1));

            List<TcAddress> changed = List.of(new TcAddress("tc2", 8091));
            await().until(() -> told.contains(changed));
            assertThat(discovery.addresses()).isEqualTo(changed);
            // Its listener may have come just in time for the first ones, too.
            assertThat(told).filteredOn(changed::equals).hasSize(1);
        }
    }

    @Test
    void a_registry_in_trouble_takes_no_node_away_and_is_complained_of_once(CapturedOutput output) {
        registry = () -> List.of(instance("tc1"));
        try (var discovery = new CloudDiscovery(() -> client, TCS, Duration.ofMillis(1))) {
            await().until(() -> !discovery.addresses().isEmpty());

            var asked = new AtomicInteger();
            registry = () -> {
                asked.incrementAndGet();
                throw new IllegalStateException("registry is down");
            };
            await().until(() -> asked.get() > 3);
            registry = () -> {
                asked.incrementAndGet();
                return List.of();
            };
            await().until(() -> asked.get() > 8);

            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc1", 8091));
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("WARN") && line.contains("CloudDiscovery")))
                .hasSize(1);
    }

    @Test
    void of_a_service_with_clusters_only_the_one_of_the_transaction_service_group_counts() {
        registry = () -> List.of(instance("tc1", "east"), instance("tc2", "west"), instance("tc3", "east"));
        try (var discovery = new CloudDiscovery(() -> client, new TcService("seata-server", "east", ""), NEVER)) {
            await().until(() -> !discovery.addresses().isEmpty());

            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc1", 8091), new TcAddress("tc3", 8091));
        }
    }

    @Test
    void a_group_that_is_not_mapped_is_served_by_the_tcs_of_all_clusters_and_that_is_complained_of(
            CapturedOutput output) {
        registry = () -> List.of(instance("tc1", "east"), instance("tc2", "west"));
        try (var discovery = new CloudDiscovery(() -> client, TCS, NEVER)) {
            await().until(() -> !discovery.addresses().isEmpty());
            assertThat(output)
                    .contains("The TCs belong to several clusters, [east, west]")
                    .contains("seata.service.vgroup-mapping.<group>");

            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc1", 8091), new TcAddress("tc2", 8091));
        }
    }

    @Test
    void a_cluster_that_nobody_is_in_is_complained_of_with_those_that_were_found(CapturedOutput output) {
        registry = () -> List.of(instance("tc1", "north"), instance("tc2", "west"));
        try (var discovery = new CloudDiscovery(() -> client, new TcService("seata-server", "east", ""), NEVER)) {
            await().untilAsserted(() -> assertThat(output)
                    .contains("knows no instance of 'seata-server' in the cluster 'east'")
                    .contains("only in [north, west]"));
            assertThat(discovery.addresses()).isEmpty();
        }
    }

    @Test
    void neither_a_library_nor_a_listener_that_fails_ends_the_questions() {
        registry = () -> {
            throw new NoClassDefFoundError("of the library of the registry");
        };
        var told = new AtomicInteger();
        try (var discovery = new CloudDiscovery(() -> client, TCS, Duration.ofMillis(1))) {
            discovery.onChange(() -> {
                throw new IllegalStateException("mine");
            });
            discovery.onChange(told::incrementAndGet);
            registry = () -> List.of(instance("tc1"));
            await().until(() -> told.get() == 1);

            registry = () -> List.of(instance("tc2"));
            await().until(() -> told.get() == 2);
            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc2", 8091));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nacos, , east, application, application",
        "nacos, given, east, application, given",
        "nacos, , east, , seata-server",
        "eureka, , east, , east",
        "Eureka, , east, application, application",
        "consul, , east, , east",
        "consul, given, east, , given",
        "eureka, , , , seata-server"
    })
    void the_service_has_the_name_that_is_given_or_the_one_under_which_the_official_client_looks(
            String type,
            @Nullable String given,
            @Nullable String cluster,
            @Nullable String application,
            String expected) {
        Map<String, String> properties = application == null
                ? Map.of()
                : Map.of("seata.registry." + type.toLowerCase(Locale.ROOT) + ".application", application);

        TcService service = TcService.of(type, given, cluster, properties::get);

        assertThat(service.id()).isEqualTo(expected);
        assertThat(service.cluster()).isEqualTo(cluster);
    }

    @Test
    void the_group_of_the_application_is_mapped_to_the_cluster_that_is_looked_for() {
        registry = () -> List.of(instance("tc1", "east"), instance("tc2", "west"));
        Contexts.unconfigured()
                .withPropertyValues(
                        "spring.application.name=shop",
                        "seata.registry.type=nacos",
                        "seata.tx-service-group=shop_group",
                        "seata.service.vgroup-mapping.shop_group=west",
                        "lockstep.registry.refresh-interval=5ms")
                .withBean(DiscoveryClient.class, () -> client)
                .run(context -> {
                    Discovery discovery = context.getBean(Discovery.class);
                    await().until(() -> discovery.addresses().equals(List.of(new TcAddress("tc2", 8091))));

                    // Without a heartbeat: by its interval alone.
                    registry = () -> List.of(instance("tc3", "west"));
                    await().until(() -> discovery.addresses().equals(List.of(new TcAddress("tc3", 8091))));
                });
    }

    @Test
    void without_any_instance_in_nacos_the_group_is_what_to_look_at(CapturedOutput output) {
        try (var discovery = new CloudDiscovery(() -> client, TcService.of("nacos", null, null, name -> null), NEVER)) {
            await().untilAsserted(() -> assertThat(output)
                    .contains("knows no instance of 'seata-server'. A TC registers itself in the group SEATA_GROUP"));
            assertThat(discovery.addresses()).isEmpty();
        }
    }

    @Test
    void a_registry_type_other_than_file_is_served_where_spring_cloud_is() {
        Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop", "seata.registry.type=nacos")
                .withBean(DiscoveryClient.class, () -> client)
                .run(context -> {
                    registry = () -> List.of(instance("127.0.0.1"));
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Discovery.class)).isInstanceOf(CloudDiscovery.class);
                    context.publishEvent(new HeartbeatEvent(this, 1));

                    await().until(() ->
                            !context.getBean(Discovery.class).addresses().isEmpty());
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"raft", "Seata", "redis", "etcd3", "sofa", "custom"})
    void a_registry_that_spring_cloud_has_no_client_for_stops_the_start_though_there_is_another_one(String type) {
        Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop", "seata.registry.type=" + type)
                .withBean(DiscoveryClient.class, () -> client)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("seata.registry.type is '" + type + "'")
                        .hasMessageContaining("neither Lockstep nor Spring Cloud asks there")
                        .hasMessageContaining("    seata.service.grouplist.default=127.0.0.1:8091"));
    }

    @Test
    void spring_cloud_without_the_library_of_a_registry_is_none_unless_properties_name_instances() {
        var springCloudAlone = Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop", "seata.registry.type=nacos")
                .withBean("simpleDiscoveryClient", DiscoveryClient.class, () -> client);

        springCloudAlone.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("nothing on the class path can ask a registry"));
        springCloudAlone
                .withPropertyValues(
                        "spring.cloud.discovery.client.simple.instances.seata-server[0].uri=http://tc1:8091")
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static ServiceInstance instance(String host, String cluster) {
        return new DefaultServiceInstance(
                host + "-1", "seata-server", host, 8091, false, Map.of("nacos.cluster", cluster));
    }

    private static ServiceInstance instance(String host) {
        return new DefaultServiceInstance(host + "-1", "seata-server", host, 8091, false);
    }
}

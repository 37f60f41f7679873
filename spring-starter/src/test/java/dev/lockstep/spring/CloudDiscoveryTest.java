package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;

@ExtendWith(OutputCaptureExtension.class)
class CloudDiscoveryTest {

    private static final Duration NEVER = Duration.ofDays(1);

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
        var told = new AtomicInteger();
        try (var discovery = new CloudDiscovery(() -> client, "seata-server", NEVER)) {
            await().until(() -> !discovery.addresses().isEmpty());
            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc1", 8091), new TcAddress("tc2", 8091));

            discovery.onChange(told::incrementAndGet);
            registry = () -> List.of(instance("tc2"));
            discovery.onApplicationEvent(new HeartbeatEvent(this, 1));

            await().until(() -> told.get() == 1);
            assertThat(discovery.addresses()).containsExactly(new TcAddress("tc2", 8091));
        }
    }

    @Test
    void a_registry_in_trouble_takes_no_node_away_and_is_complained_of_once(CapturedOutput output) {
        registry = () -> List.of(instance("tc1"));
        try (var discovery = new CloudDiscovery(() -> client, "seata-server", Duration.ofMillis(1))) {
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
        assertThat(output.getAll().lines().filter(line -> line.contains("WARN")))
                .hasSize(1);
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

    private static ServiceInstance instance(String host) {
        return new DefaultServiceInstance(host + "-1", "seata-server", host, 8091, false);
    }
}

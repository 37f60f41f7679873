package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.core.env.Environment;

/** Whatever registry Spring Cloud reaches. */
final class CloudRegistry implements ServiceRegistry {

    /** Spring Cloud brings these without any registry: one reads properties, one is around all that there are. */
    private static final Set<String> WITHOUT_REGISTRY = Set.of("simpleDiscoveryClient", "compositeDiscoveryClient");

    private final ListableBeanFactory beans;
    private final Environment environment;
    private final Supplier<DiscoveryClient> client;
    private final Duration refreshInterval;

    CloudRegistry(
            ListableBeanFactory beans,
            Environment environment,
            Supplier<DiscoveryClient> client,
            Duration refreshInterval) {
        this.beans = beans;
        this.environment = environment;
        this.client = client;
        this.refreshInterval = refreshInterval;
    }

    /**
     * Whether there is the library of a registry, or instances in properties. Asks for names only: a client may talk to its
     * registry when it is made.
     */
    @Override
    public boolean isThere() {
        return Arrays.stream(beans.getBeanNamesForType(DiscoveryClient.class, true, false))
                        .anyMatch(name -> !WITHOUT_REGISTRY.contains(name))
                || Binder.get(environment)
                        .bind(
                                "spring.cloud.discovery.client.simple.instances",
                                Bindable.mapOf(String.class, Object.class))
                        .isBound();
    }

    @Override
    public Discovery follow(TcService service) {
        return new CloudDiscovery(client, service, refreshInterval);
    }
}

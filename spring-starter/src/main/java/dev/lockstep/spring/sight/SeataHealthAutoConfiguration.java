package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rpc.SeataRpcClient;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The health of the application is down while no TC can be used. Its readiness is not concerned, unless the application puts
 * {@code seata} into that group. Switched off by {@code management.health.seata.enabled=false},
 * and with all others by {@code management.health.defaults.enabled=false}.
 */
@AutoConfiguration(afterName = "dev.lockstep.spring.SeataAutoConfiguration")
@ConditionalOnBean(SeataRpcClient.class)
public class SeataHealthAutoConfiguration {

    private static List<ResourceState> resources(ObjectProvider<ResourceManager> resourceManager) {
        ResourceManager known = resourceManager.getIfAvailable();
        return known == null ? List.of() : known.resources();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("seata")
    static class OfBoot3 {

        @Bean
        org.springframework.boot.actuate.health.HealthIndicator seataHealthIndicator(
                SeataRpcClient client, ObjectProvider<ResourceManager> resourceManager) {
            return () -> {
                TcHealth health = TcHealth.of(client.stateOnceDecided(), resources(resourceManager));
                return (health.usable()
                                ? org.springframework.boot.actuate.health.Health.up()
                                : org.springframework.boot.actuate.health.Health.down())
                        .withDetails(health.details())
                        .build();
            };
        }
    }

    /** The same for Boot 4, where health moved. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("seata")
    static class OfBoot4 {

        @Bean
        org.springframework.boot.health.contributor.HealthIndicator seataHealthIndicator(
                SeataRpcClient client, ObjectProvider<ResourceManager> resourceManager) {
            return () -> {
                TcHealth health = TcHealth.of(client.stateOnceDecided(), resources(resourceManager));
                return (health.usable()
                                ? org.springframework.boot.health.contributor.Health.up()
                                : org.springframework.boot.health.contributor.Health.down())
                        .withDetails(health.details())
                        .build();
            };
        }
    }
}

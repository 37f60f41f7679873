package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The health of the application is down while no TC can be used, and unknown where there is no client of one, which concerns
 * nothing else: a group that names {@code seata} is to stand all the same. Its readiness is not concerned, unless the application puts
 * {@code seata} into that group. Switched off by {@code management.health.seata.enabled=false},
 * and with all others by {@code management.health.defaults.enabled=false}.
 */
@AutoConfiguration(afterName = "dev.lockstep.spring.SeataAutoConfiguration")
public class SeataHealthAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("seata")
    static class OfBoot3 {

        @Bean
        org.springframework.boot.actuate.health.HealthIndicator seataHealthIndicator(
                ObjectProvider<SeataRpcClient> client, ObjectProvider<ResourceManager> resourceManager) {
            return () -> {
                TcHealth health = TcHealth.of(client::getIfAvailable, resourceManager::getIfAvailable);
                return org.springframework.boot.actuate.health.Health.status(health.status())
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
                ObjectProvider<SeataRpcClient> client, ObjectProvider<ResourceManager> resourceManager) {
            return () -> {
                TcHealth health = TcHealth.of(client::getIfAvailable, resourceManager::getIfAvailable);
                return org.springframework.boot.health.contributor.Health.status(health.status())
                        .withDetails(health.details())
                        .build();
            };
        }
    }
}

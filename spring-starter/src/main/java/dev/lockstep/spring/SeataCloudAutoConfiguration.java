package dev.lockstep.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;

/** Lets the TCs be found through Spring Cloud, where it is there. */
@AutoConfiguration(before = SeataAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.cloud.client.discovery.DiscoveryClient")
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockstepProperties.class)
public class SeataCloudAutoConfiguration {

    @Bean
    ServiceRegistry seataServiceRegistry(ObjectProvider<DiscoveryClient> client, LockstepProperties properties) {
        return serviceId -> new CloudDiscovery(
                client::getObject, serviceId, properties.registry().refreshInterval());
    }
}

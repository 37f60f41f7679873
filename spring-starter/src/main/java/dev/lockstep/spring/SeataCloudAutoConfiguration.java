package dev.lockstep.spring;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Lets the TCs be found through Spring Cloud, where it is there. */
@AutoConfiguration(before = SeataAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.cloud.client.discovery.DiscoveryClient")
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockstepProperties.class)
public class SeataCloudAutoConfiguration {

    @Bean
    ServiceRegistry seataServiceRegistry(
            ListableBeanFactory beans,
            Environment environment,
            ObjectProvider<DiscoveryClient> client,
            LockstepProperties properties) {
        return new CloudRegistry(
                beans, environment, client::getObject, properties.registry().refreshInterval());
    }
}

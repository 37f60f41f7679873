package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The Actuator endpoint {@code seata}. */
@AutoConfiguration(afterName = "dev.lockstep.spring.SeataAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
@ConditionalOnBean(RunningTransactions.class)
public class SeataEndpointAutoConfiguration {

    @Bean
    @ConditionalOnAvailableEndpoint
    SeataEndpoint seataEndpoint(
            RunningTransactions running,
            ObjectProvider<SeataRpcClient> rpcClient,
            ObjectProvider<ResourceManager> resourceManager) {
        return new SeataEndpoint(running, rpcClient::getIfAvailable, resourceManager::getIfAvailable);
    }
}

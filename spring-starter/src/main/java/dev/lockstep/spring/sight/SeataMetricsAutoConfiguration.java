package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters for Micrometer, where it is there; Boot binds them to its registries. */
@AutoConfiguration(afterName = "dev.lockstep.spring.SeataAutoConfiguration")
@ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
@ConditionalOnBean(RunningTransactions.class)
public class SeataMetricsAutoConfiguration {

    @Bean
    TransactionMeters seataTransactionMeters(RunningTransactions running) {
        return new TransactionMeters(running);
    }

    @Bean
    BranchMeters seataBranchMeters(ObjectProvider<ResourceManager> resourceManager) {
        return new BranchMeters(resourceManager::getIfAvailable);
    }

    @Bean
    TcMeters seataTcMeters(ObjectProvider<SeataRpcClient> rpcClient) {
        return new TcMeters(rpcClient::getIfAvailable);
    }
}

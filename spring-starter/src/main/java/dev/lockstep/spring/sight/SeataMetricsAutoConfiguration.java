package dev.lockstep.spring.sight;

import dev.lockstep.rpc.SeataRpcClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Meters for Micrometer, where it is there; Boot binds them to its registries. */
@AutoConfiguration
@ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
public class SeataMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SeataMeters seataMeters(RunningTransactions running, ObjectProvider<SeataRpcClient> rpcClient) {
        return new SeataMeters(running, rpcClient::getIfAvailable);
    }
}

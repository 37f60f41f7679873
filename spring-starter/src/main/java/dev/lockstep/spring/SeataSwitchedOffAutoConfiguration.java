package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.tm.GlobalTransactionTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Takes the place of all others under {@code seata.service.disable-global-transaction=true}, and says so once at the start. No TC
 * is looked for, data sources stay as they are, and annotated methods just run, as does what is given to the template.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(prefix = "seata", name = "service.disable-global-transaction")
public class SeataSwitchedOffAutoConfiguration implements InitializingBean {

    private static final Logger LOG = LoggerFactory.getLogger(SeataSwitchedOffAutoConfiguration.class);

    @Override
    public void afterPropertiesSet() {
        LOG.warn(
                "[starter] Global transactions are switched off by seata.service.disable-global-transaction: methods annotated"
                        + " with @GlobalTransactional run without one, an xid that comes with a call is not looked at, and nothing"
                        + " written here is undone when another service fails. Remove the property to switch them on.");
    }

    @Bean
    @ConditionalOnMissingBean
    GlobalTransactionTemplate seataGlobalTransactionTemplate() {
        return GlobalTransactionTemplate.switchedOff();
    }

    /** For applications that wrap data sources by hand: the wrapping forwards, and no database is asked what it is. */
    @Bean
    @ConditionalOnMissingBean
    ResourceManager seataResourceManager() {
        var nobody = new NoCoordinator();
        return new ResourceManager(
                nobody,
                nobody,
                ResourceManagerOptions.builder().reachAtOnce(false).build());
    }
}

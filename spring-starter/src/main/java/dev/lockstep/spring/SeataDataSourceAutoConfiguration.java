package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Lets every DataSource bean take part in global transactions. Switched off by {@code
 * seata.enable-auto-data-source-proxy=false}; data sources are then wrapped by hand, with {@link ResourceManager#wrap}.
 */
@AutoConfiguration(after = SeataAutoConfiguration.class)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enable-auto-data-source-proxy", matchIfMissing = true)
@ConditionalOnBean(DataSourceBeans.class)
public class SeataDataSourceAutoConfiguration {

    /** Static, so that the post processor does not pull this class into life ahead of its time. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SeataDataSourceBeanPostProcessor seataDataSourceBeanPostProcessor(
            ObjectProvider<ResourceManager> resourceManager,
            ObjectProvider<SeataProperties> properties,
            DataSourceBeans beans,
            ConfigurableListableBeanFactory beanFactory,
            ApplicationContext application,
            ConfigurableEnvironment environment) {
        return new SeataDataSourceBeanPostProcessor(
                resourceManager::getObject,
                properties::getObject,
                beans,
                beanFactory,
                environment,
                // Not before the web server has ended, and also where a start fails.
                () -> application instanceof ConfigurableApplicationContext context && !context.isRunning());
    }

    /** A database that nobody has used since the start may hold branches that wait for their rollback. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LazyInitializationExcludeFilter seataDataSourcesAreNotLazy() {
        return LazyInitializationExcludeFilter.forBeanTypes(DataSource.class);
    }
}

package dev.lockstep.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcAccessor;

/**
 * Says at the start which beans work on a data source that is no bean, and so was never wrapped. Looks at beans that have been made,
 * of the kinds of Spring's that tell what they work on. To be loaded only where spring-jdbc is.
 */
final class UncapturedAccess {

    private static final Logger LOG = LoggerFactory.getLogger(UncapturedAccess.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final DataSourceBeans beans;

    UncapturedAccess(ConfigurableListableBeanFactory beanFactory, DataSourceBeans beans) {
        this.beanFactory = beanFactory;
        this.beans = beans;
    }

    void tell() {
        MadeDataSources made = new MadeDataSources(beanFactory);
        workedOn().forEach((beanName, dataSource) -> {
            DataSource innermost = innermost(dataSource);
            if (!MadeDataSources.takesPart(innermost)
                    && !beans.leadsToLeftOut(innermost)
                    && !made.contains(innermost)) {
                LOG.warn(
                        "[starter] Bean '{}' works on a data source that is no bean ({}): what is written through it inside a"
                                + " global transaction is not undone. Have it take the DataSource bean as a parameter: where"
                                + " proxyBeanMethods=false, a call of the method of that bean makes another data source. If that"
                                + " is meant, set logging.level.{}=error.",
                        beanName,
                        innermost.getClass().getName(),
                        UncapturedAccess.class.getName());
            }
        });
    }

    private Map<String, DataSource> workedOn() {
        Map<String, DataSource> found = new LinkedHashMap<>();
        for (Class<?> kind : new Class<?>[] {JdbcAccessor.class, DataSourceTransactionManager.class}) {
            for (String beanName : beanFactory.getBeanNamesForType(kind, true, false)) {
                DataSource dataSource = workedOn(beanFactory.getSingleton(beanName));
                if (dataSource != null) {
                    found.put(beanName, dataSource);
                }
            }
        }
        return found;
    }

    private static @Nullable DataSource workedOn(@Nullable Object bean) {
        if (bean instanceof JdbcAccessor accessor) {
            return accessor.getDataSource();
        }
        return bean instanceof DataSourceTransactionManager manager ? manager.getDataSource() : null;
    }

    private static DataSource innermost(DataSource dataSource) {
        DataSource inner = dataSource;
        while (inner instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null) {
            inner = delegating.getTargetDataSource();
        }
        return inner;
    }
}

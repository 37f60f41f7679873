package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcAccessor;
import org.springframework.util.ClassUtils;

/**
 * Says at the start which beans reach a database past the data sources that take part: by a pool of their own, which is no bean, or
 * by R2DBC. Looks at beans that have been made, and at those kinds that tell what they work on.
 */
final class UncapturedAccess {

    private static final Logger LOG = LoggerFactory.getLogger(UncapturedAccess.class);

    private static final String R2DBC = "io.r2dbc.spi.ConnectionFactory";

    private final ConfigurableListableBeanFactory beanFactory;
    private final DataSourceBeans beans;

    UncapturedAccess(ConfigurableListableBeanFactory beanFactory, DataSourceBeans beans) {
        this.beanFactory = beanFactory;
        this.beans = beans;
    }

    void tell() {
        ClassLoader classLoader = beanFactory.getBeanClassLoader();
        if (ClassUtils.isPresent("org.springframework.jdbc.support.JdbcAccessor", classLoader)) {
            OfSpringJdbc.dataSources(beanFactory).forEach((beanName, dataSource) -> {
                if (!takesPart(dataSource) && !beans.leadsToLeftOut(dataSource) && !isBean(dataSource)) {
                    tellOfPool(beanName, dataSource);
                }
            });
        }
        if (ClassUtils.isPresent(R2DBC, classLoader)) {
            for (String beanName :
                    beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(R2DBC, classLoader), true, false)) {
                tellOfR2dbc(beanName);
            }
        }
    }

    private static void tellOfPool(String beanName, DataSource dataSource) {
        LOG.warn(
                "[starter] Bean '{}' works on a data source that is no bean ({}): what is written through it inside a global"
                        + " transaction is not undone. Make it work on the DataSource bean, as a parameter of its method: in a"
                        + " configuration with proxyBeanMethods=false a call of the method of that bean makes another one. Where"
                        + " that is meant, set logging.level.{}=error.",
                beanName,
                dataSource.getClass().getName(),
                UncapturedAccess.class.getName());
    }

    private static void tellOfR2dbc(String beanName) {
        LOG.warn(
                "[starter] Bean '{}' reaches a database by R2DBC, which has no undo logs: what is written through it inside a global"
                        + " transaction is not undone. Write there by JDBC. Where that is meant, set logging.level.{}=error.",
                beanName,
                UncapturedAccess.class.getName());
    }

    /** Also true of one that cannot say. */
    private static boolean takesPart(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(AtDataSource.class);
        } catch (SQLException | RuntimeException cannotSay) {
            LOG.debug("{} does not say what it wraps", dataSource, cannotSay);
            return true;
        }
    }

    private boolean isBean(DataSource dataSource) {
        return Arrays.stream(beanFactory.getBeanNamesForType(DataSource.class, true, false))
                .anyMatch(beanName -> beanFactory.getSingleton(beanName) == dataSource);
    }

    /** Loaded only where spring-jdbc is. */
    private static final class OfSpringJdbc {

        private OfSpringJdbc() {}

        static Map<String, DataSource> dataSources(ConfigurableListableBeanFactory beanFactory) {
            Map<String, DataSource> found = new HashMap<>();
            for (Class<?> kind : new Class<?>[] {JdbcAccessor.class, DataSourceTransactionManager.class}) {
                for (String beanName : beanFactory.getBeanNamesForType(kind, true, false)) {
                    DataSource dataSource = dataSource(beanFactory.getSingleton(beanName));
                    if (dataSource != null) {
                        found.put(beanName, dataSource);
                    }
                }
            }
            return found;
        }

        private static @Nullable DataSource dataSource(@Nullable Object bean) {
            if (bean instanceof JdbcAccessor accessor) {
                return accessor.getDataSource();
            }
            return bean instanceof DataSourceTransactionManager manager ? manager.getDataSource() : null;
        }
    }
}

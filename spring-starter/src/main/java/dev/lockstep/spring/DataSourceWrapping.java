package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.ClassUtils;

/**
 * Decides where in a chain of data sources the wrapping belongs, so that every connection is captured once: around a pool,
 * around the targets of a routing data source, and nowhere when the data source inside is wrapped already. A pool that does not
 * say so before it has started is wrapped all the same, and the RM captures what runs there once.
 *
 * <p>Lives for one bean.
 */
final class DataSourceWrapping {

    private static final Logger LOG = LoggerFactory.getLogger(DataSourceWrapping.class);

    private static final boolean SPRING_JDBC_PRESENT = ClassUtils.isPresent(
            "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
            DataSourceWrapping.class.getClassLoader());

    private static final boolean DYNAMIC_DATASOURCE_PRESENT = ClassUtils.isPresent(
            "com.baomidou.dynamic.datasource.ds.ItemDataSource", DataSourceWrapping.class.getClassLoader());

    private final ResourceManager resourceManager;
    private final DataSourceBeans beans;

    /**
     * @param beans where those that take part are noted, and those to leave as they are wherever they turn up
     */
    DataSourceWrapping(ResourceManager resourceManager, DataSourceBeans beans) {
        this.resourceManager = resourceManager;
        this.beans = beans;
    }

    /**
     * @param beanName for messages
     * @return the data source to use in place of the given one; the same when its connections are wrapped already
     * @throws SeataConfigurationException if some of its connections could neither be wrapped nor are excluded
     */
    DataSource wrap(DataSource dataSource, String beanName) {
        DataSource settled = settled(dataSource, beanName);
        if (settled != null) {
            return settled;
        }
        DataSource wrapper = resourceManager.wrap(dataSource);
        tellOfRouting(dataSource, beanName);
        if (wrapper instanceof AtDataSource atDataSource) {
            beans.add(atDataSource, beanName);
        }
        return wrapper;
    }

    private static void tellOfRouting(DataSource dataSource, String beanName) {
        String advice = ForeignRouting.adviceOn(dataSource.getClass());
        if (advice != null) {
            LOG.warn(
                    "[starter] DataSource '{}' is a {}, which leads to several databases, and takes part as one: inside a global"
                            + " transaction only the database of its first connection can be written, a write to another one"
                            + " is refused. {}; or leave it out by seata.excludes-for-auto-proxying={}.",
                    beanName,
                    dataSource.getClass().getName(),
                    advice,
                    beanName);
        }
    }

    /**
     * What to use in place of a data source around which nothing is to be wrapped any more: mostly itself. Wraps the targets of a
     * routing one on the way, and puts a guard before it.
     *
     * @return null where its connections are to be wrapped
     */
    @Nullable
    DataSource settled(DataSource dataSource, String beanName) {
        if (isExcluded(dataSource)
                || dataSource instanceof AtDataSource
                || dataSource instanceof RoutingGuard
                || dataSource instanceof WrappedPool) {
            return dataSource;
        }
        DataSource known = SPRING_JDBC_PRESENT ? SpringDataSources.settled(dataSource, beanName, this) : null;
        if (known == null && DYNAMIC_DATASOURCE_PRESENT) {
            known = DynamicDataSources.settled(dataSource, beanName, this);
        }
        if (known != null || !leadsToWrapped(dataSource)) {
            return known;
        }
        // One that chooses among several spoke of the one it would choose now.
        return RoutingGuard.before(dataSource, beanName, () -> beans.leadsToLeftOut(dataSource));
    }

    private static boolean leadsToWrapped(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(AtDataSource.class);
        } catch (SQLException e) {
            // Cannot tell, as some pools before their start: then it is none of ours.
            LOG.debug("[starter] {} does not say what it wraps", dataSource, e);
            return false;
        }
    }

    /** Whether it is to be left as it is wherever it turns up. */
    boolean isExcluded(DataSource dataSource) {
        return beans.isLeftOut(dataSource);
    }
}

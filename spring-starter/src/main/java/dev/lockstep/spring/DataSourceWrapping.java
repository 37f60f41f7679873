package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.util.ClassUtils;

/**
 * Decides where in a chain of data sources the wrapping belongs, so that every connection is wrapped once: around a pool,
 * around the targets of a routing data source, and nowhere when the data source inside is wrapped already.
 *
 * <p>Lives for one bean.
 */
final class DataSourceWrapping {

    private static final boolean SPRING_JDBC_PRESENT = ClassUtils.isPresent(
            "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
            DataSourceWrapping.class.getClassLoader());

    private final ResourceManager resourceManager;
    private final Set<DataSource> excluded;
    private final WrappedDataSources wrapped;

    /**
     * @param excluded data sources to leave as they are wherever they turn up
     * @param wrapped where those that take part are noted
     */
    DataSourceWrapping(ResourceManager resourceManager, Set<DataSource> excluded, WrappedDataSources wrapped) {
        this.resourceManager = resourceManager;
        this.excluded = excluded;
        this.wrapped = wrapped;
    }

    /**
     * @param beanName for messages
     * @return the data source to use in place of the given one; the same when its connections are wrapped already
     * @throws SeataConfigurationException if some of its connections could neither be wrapped nor are excluded
     */
    DataSource wrap(DataSource dataSource, String beanName) {
        if (isSettled(dataSource, beanName)) {
            return dataSource;
        }
        DataSource wrapper = resourceManager.wrap(dataSource);
        if (wrapper instanceof AtDataSource atDataSource) {
            wrapped.add(atDataSource, beanName);
        }
        return wrapper;
    }

    /** Whether nothing is left to wrap around this data source; wraps the targets of a routing one on the way. */
    boolean isSettled(DataSource dataSource, String beanName) {
        return excluded.contains(dataSource)
                || dataSource instanceof AtDataSource
                || dataSource instanceof WrappedPool
                || (SPRING_JDBC_PRESENT && SpringDataSources.isSettled(dataSource, beanName, this));
    }
}

package dev.lockstep.spring;

import com.baomidou.dynamic.datasource.DynamicRoutingDataSource;
import com.baomidou.dynamic.datasource.ds.ItemDataSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The part of {@link DataSourceWrapping} that knows the data sources of baomidou's dynamic-datasource; loaded only where that is. */
final class DynamicDataSources {

    private DynamicDataSources() {}

    /**
     * As {@link DataSourceWrapping#settled}. The targets keep their items, which close the pools; a target that somebody else
     * made, or that comes later, is refused by the guard unless it was wrapped.
     */
    static @Nullable DataSource settled(DataSource dataSource, String beanName, DataSourceWrapping wrapping) {
        if (!(dataSource instanceof DynamicRoutingDataSource routing)) {
            return null;
        }
        for (DataSource target : routing.getDataSources().values()) {
            if (target instanceof ItemDataSource item && !wrapping.isExcluded(item.getRealDataSource())) {
                item.setDataSource(wrapping.wrap(item.getDataSource(), beanName));
            }
        }
        return RoutingGuard.before(routing, beanName, () -> leadsToExcluded(routing.determineDataSource(), wrapping));
    }

    private static boolean leadsToExcluded(DataSource target, DataSourceWrapping wrapping) {
        return wrapping.isExcluded(target)
                || (target instanceof ItemDataSource item && wrapping.isExcluded(item.getRealDataSource()));
    }
}

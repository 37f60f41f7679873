package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Says at the start when an application has data sources and none of them takes part in global transactions, so that a rollback
 * would undo nothing that is written here.
 */
final class Participation {

    private static final Logger LOG = LoggerFactory.getLogger(Participation.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final boolean wrapsByItself;

    /** @param wrapsByItself whether each data source takes part unless it is excluded */
    Participation(ConfigurableListableBeanFactory beanFactory, boolean wrapsByItself) {
        this.beanFactory = beanFactory;
        this.wrapsByItself = wrapsByItself;
    }

    /** Looks at the beans that have been made; says nothing where one of them takes part, or one may that is yet to be made. */
    void tell() {
        List<String> leftOut = new ArrayList<>();
        for (String beanName : beanFactory.getBeanNamesForType(DataSource.class, true, false)) {
            Object bean = beanFactory.containsSingleton(beanName) ? beanFactory.getBean(beanName) : null;
            if (!(bean instanceof DataSource dataSource) || bean instanceof ScopedObject || takesPart(dataSource)) {
                return;
            }
            leftOut.add(beanName);
        }
        if (!leftOut.isEmpty()) {
            LOG.warn(
                    "[starter] No DataSource bean takes part in global transactions: {}. Nothing that is written through {} is"
                            + " undone by a global rollback. {}",
                    wrapsByItself
                            ? "seata.excludes-for-auto-proxying leaves out all there are"
                            : "seata.enable-auto-data-source-proxy is false and none is what ResourceManager.wrap gives",
                    leftOut,
                    wrapsByItself
                            ? "Remove from that property what is to take part."
                            : "Remove the property, or wrap by hand what is to take part, in place of the official"
                                    + " client's DataSourceProxy.");
        }
    }

    private static boolean takesPart(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(AtDataSource.class);
        } catch (SQLException | RuntimeException cannotSay) {
            LOG.debug("{} does not say what it wraps", dataSource, cannotSay);
            return true;
        }
    }
}

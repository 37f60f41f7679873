package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data sources of this application that take part in global transactions, and those left out on purpose, by the name of their
 * bean, for as long as somebody uses them; and the names of all DataSource beans that were looked at when they were made. Thread-safe.
 */
final class DataSourceBeans {

    private static final Logger LOG = LoggerFactory.getLogger(DataSourceBeans.class);

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<AtDataSource, String> beans = new WeakHashMap<>();
    private final Map<DataSource, String> leftOut = new WeakHashMap<>();
    private final Set<String> passed = ConcurrentHashMap.newKeySet();

    void add(AtDataSource dataSource, String beanName) {
        changing.lock();
        try {
            beans.put(dataSource, beanName);
        } finally {
            changing.unlock();
        }
    }

    /** It stays as it is wherever it turns up, also as the target of another data source. */
    void leaveOut(DataSource dataSource, String beanName) {
        changing.lock();
        try {
            leftOut.put(dataSource, beanName);
        } finally {
            changing.unlock();
        }
    }

    /** A bean has been made, and whether it takes part was decided. */
    void passed(String beanName) {
        passed.add(beanName);
    }

    boolean hasPassed(String beanName) {
        return passed.contains(beanName);
    }

    Map<AtDataSource, String> beans() {
        changing.lock();
        try {
            return Map.copyOf(beans);
        } finally {
            changing.unlock();
        }
    }

    boolean isLeftOut(DataSource dataSource) {
        changing.lock();
        try {
            return leftOut.containsKey(dataSource);
        } finally {
            changing.unlock();
        }
    }

    /** Whether it is led now to a data source that was left out, as far as it says. */
    boolean leadsToLeftOut(DataSource dataSource) {
        try {
            for (DataSource each : allLeftOut()) {
                if (each == dataSource
                        || (dataSource.isWrapperFor(each.getClass()) && dataSource.unwrap(each.getClass()) == each)) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            LOG.debug("[starter] {} does not say what it wraps", dataSource, e);
            return false;
        }
    }

    private List<DataSource> allLeftOut() {
        changing.lock();
        try {
            return List.copyOf(leftOut.keySet());
        } finally {
            changing.unlock();
        }
    }
}

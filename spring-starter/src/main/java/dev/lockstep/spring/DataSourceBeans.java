package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.sql.SQLException;
import java.util.Collections;
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
 * What was decided of each DataSource bean when it was made: which take part in global transactions, by the name of their bean, and
 * which are left out on purpose, both for as long as somebody uses them. Thread-safe.
 */
final class DataSourceBeans {

    private static final Logger LOG = LoggerFactory.getLogger(DataSourceBeans.class);

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<AtDataSource, String> beans = new WeakHashMap<>();
    private final Set<DataSource> leftOut = Collections.newSetFromMap(new WeakHashMap<>());
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
    void leaveOut(DataSource dataSource) {
        changing.lock();
        try {
            leftOut.add(dataSource);
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
            return leftOut.contains(dataSource);
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
            return List.copyOf(leftOut);
        } finally {
            changing.unlock();
        }
    }
}

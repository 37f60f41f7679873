package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The data sources of this application that take part in global transactions, by the name of their bean, for as long as
 * somebody uses them; and the names of all DataSource beans that were looked at when they were made. Thread-safe.
 */
final class DataSourceBeans {

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<AtDataSource, String> beans = new WeakHashMap<>();
    private final Set<String> passed = ConcurrentHashMap.newKeySet();

    void add(AtDataSource dataSource, String beanName) {
        changing.lock();
        try {
            beans.put(dataSource, beanName);
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
}

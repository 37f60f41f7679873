package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The data sources of this application that take part in global transactions, by the name of their bean, for as long as
 * somebody uses them. Thread-safe.
 */
final class DataSourceBeans {

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<AtDataSource, String> beans = new WeakHashMap<>();

    void add(AtDataSource dataSource, String beanName) {
        changing.lock();
        try {
            beans.put(dataSource, beanName);
        } finally {
            changing.unlock();
        }
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

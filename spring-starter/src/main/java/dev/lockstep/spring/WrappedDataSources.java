package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The data sources of this application that take part in global transactions, by the name of their bean. Thread-safe. */
final class WrappedDataSources {

    private final Map<AtDataSource, String> beans = new ConcurrentHashMap<>();

    void add(AtDataSource dataSource, String beanName) {
        beans.put(dataSource, beanName);
    }

    Map<AtDataSource, String> beans() {
        return Map.copyOf(beans);
    }
}

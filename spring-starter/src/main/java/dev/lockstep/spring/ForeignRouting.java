package dev.lockstep.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data sources of other libraries that lead to several databases, known by the names of their classes. To the RM each is one
 * resource, the database of its first connection, and what leads elsewhere is refused; here is what to do instead.
 */
final class ForeignRouting {

    private static final Map<String, String> ADVICE = Map.of(
            "org.apache.shardingsphere.driver.jdbc.core.datasource.ShardingSphereDataSource",
            "Give it what ResourceManager.wrap gives for each physical data source");

    private ForeignRouting() {}

    /** What to do about data sources of this class; null where nothing is known of it. */
    static @Nullable String adviceOn(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            String advice = ADVICE.get(each.getName());
            if (advice != null) {
                return advice;
            }
        }
        return null;
    }
}

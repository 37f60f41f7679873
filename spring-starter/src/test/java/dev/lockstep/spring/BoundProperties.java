package dev.lockstep.spring;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Binds properties as an application would. */
final class BoundProperties {

    private BoundProperties() {}

    static SeataProperties of(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("seata", SeataProperties.class);
    }

    static LockstepProperties ofOurs(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("lockstep", LockstepProperties.class);
    }
}

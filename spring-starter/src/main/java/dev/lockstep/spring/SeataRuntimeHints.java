package dev.lockstep.spring;

import dev.lockstep.tm.ScopeContextCore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a closed-world image must keep because it is only found by name. Called by Spring, named in {@code aot.factories}. */
final class SeataRuntimeHints implements RuntimeHintsRegistrar {

    /** Called by Spring. */
    SeataRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources()
                .registerPattern("dev/lockstep/spring/official-properties.txt")
                .registerPattern("dev/lockstep/rm/undo_log/*.sql")
                .registerPattern("META-INF/services/io.seata.core.context.ContextCore")
                .registerPattern("META-INF/services/dev.lockstep.rm.at.dialect.DialectProvider")
                .registerPattern("META-INF/services/io.micrometer.context.ThreadLocalAccessor");
        hints.reflection()
                .registerType(ScopeContextCore.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
                .registerTypeIfPresent(
                        classLoader,
                        "dev.lockstep.spring.web.ScopeAccessor",
                        MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
                .registerTypeIfPresent(
                        classLoader,
                        "org.springframework.core.PropagationContextElement",
                        MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
                .registerTypeIfPresent(
                        classLoader,
                        "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
                        type -> type.withMethod("determineTargetDataSource", List.of(), ExecutableMode.INVOKE))
                .registerTypeIfPresent(
                        classLoader,
                        "org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy",
                        type -> type.withField("readOnlyDataSource"));
        for (String group : new String[] {"io.seata", "org.apache.seata"}) {
            for (String annotation : new String[] {"GlobalTransactional", "GlobalLock"}) {
                hints.reflection()
                        .registerTypeIfPresent(
                                classLoader,
                                group + ".spring.annotation." + annotation,
                                MemberCategory.INVOKE_DECLARED_METHODS);
            }
        }
    }
}

package dev.lockstep.spring;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.Propagation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Hands an annotated method to the {@link GlobalTransactionTemplate}, with the definition that its annotation spells.
 *
 * <p>Called by the proxies of annotated beans. Thread-safe.
 */
final class GlobalTransactionalInterceptor implements MethodInterceptor {

    private final AnnotatedDefinitions definitions;
    private final Supplier<GlobalTransactionTemplate> template;
    private final Supplier<ObservationRegistry> observations;

    /**
     * @param template asked at the first call of an annotated method, not before: advisors are made ahead of every other
     *     bean, and the template hangs on all the rest
     * @param observations asked at the same time
     */
    GlobalTransactionalInterceptor(
            AnnotatedDefinitions definitions,
            Supplier<GlobalTransactionTemplate> template,
            Supplier<ObservationRegistry> observations) {
        this.definitions = definitions;
        this.template = template;
        this.observations = observations;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> targetClass =
                target == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
        GlobalTransactionDefinition definition = definitions.find(invocation.getMethod(), targetClass);
        if (definition == null) {
            return invocation.proceed();
        }
        ObservationRegistry registry = observations.get();
        return registry.isNoop() || !launches(definition)
                ? template.get().execute(definition, invocation::proceed)
                : observed(definition, invocation, registry);
    }

    /** A span around the whole of it, begin and end included; a participant's part belongs to the launcher's. */
    private @Nullable Object observed(
            GlobalTransactionDefinition definition, MethodInvocation invocation, ObservationRegistry registry)
            throws Throwable {
        return Observation.createNotStarted("seata.transaction", registry)
                .contextualName("global transaction " + definition.name())
                .lowCardinalityKeyValue("name", definition.name())
                .observeChecked(() -> template.get().execute(definition, invocation::proceed));
    }

    private static boolean launches(GlobalTransactionDefinition definition) {
        return definition.propagation() == Propagation.REQUIRES_NEW
                || (definition.propagation() == Propagation.REQUIRED && GlobalScope.current() == null);
    }
}

package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
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

    /**
     * @param template asked at the first call of an annotated method, not before: advisors are made ahead of every other
     *     bean, and the template hangs on all the rest
     */
    GlobalTransactionalInterceptor(AnnotatedDefinitions definitions, Supplier<GlobalTransactionTemplate> template) {
        this.definitions = definitions;
        this.template = template;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> targetClass =
                target == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
        GlobalTransactionDefinition definition = definitions.find(invocation.getMethod(), targetClass);
        return definition == null ? invocation.proceed() : template.get().execute(definition, invocation::proceed);
    }
}

package dev.lockstep.spring;

import dev.lockstep.tm.GlobalLockScope;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Lets a method annotated with {@link dev.lockstep.tm.GlobalLock} look for global locks before its local transactions commit.
 *
 * <p>Called by the proxies of annotated beans. Thread-safe.
 */
final class GlobalLockInterceptor implements MethodInterceptor {

    private final AnnotationSearch<LockAttributes, LockAttributes> locks;

    GlobalLockInterceptor(AnnotationSearch<LockAttributes, LockAttributes> locks) {
        this.locks = locks;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> targetClass =
                target == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
        LockAttributes attributes = locks.find(invocation.getMethod(), targetClass);
        return attributes == null
                ? invocation.proceed()
                : GlobalLockScope.execute(attributes.limits(), invocation::proceed);
    }
}

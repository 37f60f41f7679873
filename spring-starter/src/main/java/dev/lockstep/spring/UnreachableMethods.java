package dev.lockstep.spring;

import dev.lockstep.spring.SelfCalls.SelfCall;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.asm.Type;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Says at the start which annotated methods run without the global transaction that their annotation promises, because no
 * proxy stands between them and their caller: private, final and static ones, those of a bean behind interfaces that do not
 * name them, those of a bean that was made too early to get a proxy, and calls from within the same object.
 */
final class UnreachableMethods {

    private static final Logger LOG = LoggerFactory.getLogger(UnreachableMethods.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final Predicate<Class<?>> annotated;
    private final Predicate<Class<?>> scanned;

    /**
     * @param annotated false for classes without any annotation to look for
     * @param scanned false for classes whose annotations are not to count
     */
    UnreachableMethods(
            ConfigurableListableBeanFactory beanFactory, Predicate<Class<?>> annotated, Predicate<Class<?>> scanned) {
        this.beanFactory = beanFactory;
        this.annotated = annotated;
        this.scanned = scanned;
    }

    /** Looks at every bean; those that have not been made yet are judged by their classes. */
    void tell() {
        List<String> leftOut = new ArrayList<>();
        for (String beanName : beanFactory.getBeanDefinitionNames()) {
            Object singleton = beanFactory.containsSingleton(beanName) ? beanFactory.getSingleton(beanName) : null;
            Class<?> type = singleton == null
                    ? beanFactory.getType(beanName, false)
                    : AopProxyUtils.ultimateTargetClass(singleton);
            if (type == null || !annotated.test(type)) {
                continue;
            }
            if (!scanned.test(type)) {
                leftOut.add(beanName);
                continue;
            }
            for (String complaint : complaints(beanName, ClassUtils.getUserClass(type), singleton)) {
                LOG.warn("[starter] {}", complaint);
            }
        }
        if (!leftOut.isEmpty()) {
            LOG.info(
                    "[starter] Annotations of the beans {} have no effect: seata.scan-packages or"
                            + " seata.excludes-for-scanning leaves them out.",
                    leftOut);
        }
    }

    /** What is to be said about one bean; empty when every annotation on it does what it promises. */
    static List<String> complaints(String beanName, Class<?> type, @Nullable Object singleton) {
        Set<String> annotated = new HashSet<>();
        Set<String> hidden = new HashSet<>();
        List<String> complaints = new ArrayList<>();
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type)) {
            if (method.getDeclaringClass() == Object.class || method.isSynthetic()) {
                continue;
            }
            String signature = method.getName() + Type.getMethodDescriptor(method);
            String annotation = annotationOf(method, type);
            if (annotation != null) {
                annotated.add(signature);
                String obstacle = obstacle(method, singleton);
                if (obstacle != null) {
                    complaints.add(method.getDeclaringClass().getName() + "." + method.getName() + " of bean '"
                            + beanName + "' is " + annotation + " without effect: " + obstacle);
                }
            } else if (Modifier.isPrivate(method.getModifiers())) {
                hidden.add(signature);
            }
        }
        for (Class<?> at = type; !annotated.isEmpty() && at != null && at != Object.class; at = at.getSuperclass()) {
            addSelfCalls(at, annotated, hidden, complaints);
        }
        return complaints;
    }

    private static @Nullable String annotationOf(Method method, Class<?> type) {
        if (AnnotationSearch.nearest(TransactionalAttributes::of, method, method, type) != null) {
            return "@GlobalTransactional";
        }
        return AnnotationSearch.nearest(LockAttributes::of, method, method, type) != null ? "@GlobalLock" : null;
    }

    private static @Nullable String obstacle(Method method, @Nullable Object singleton) {
        if (Modifier.isPrivate(method.getModifiers())) {
            return "it is private, and no proxy sees the call. Make it public, and call it from another bean.";
        }
        if (Modifier.isStatic(method.getModifiers())) {
            return "it is static, and no proxy sees the call. Make it a method of the bean.";
        }
        if (singleton == null || AopUtils.isCglibProxy(singleton)) {
            return isFinal(method) ? "it is final, so its proxy cannot see the call. Remove 'final'." : null;
        }
        if (!AopUtils.isAopProxy(singleton)) {
            return "its bean has no proxy, because another bean needed it before the proxies could be made. Look in this log"
                    + " for 'is not eligible for getting processed by all BeanPostProcessors', and let the bean named there"
                    + " ask for this one later (ObjectProvider, @Lazy).";
        }
        return isOfAnInterface(method, singleton)
                ? null
                : "no interface of its proxy names it. Add it to the interface, or set spring.aop.proxy-target-class=true.";
    }

    private static boolean isFinal(Method method) {
        return Modifier.isFinal(method.getModifiers());
    }

    private static boolean isOfAnInterface(Method method, Object proxy) {
        for (Class<?> type : proxy.getClass().getInterfaces()) {
            if (ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes()) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Follows the calls from every method that can be called from outside and is not annotated, up to the first annotated
     * one: whatever an annotated method calls is inside a global transaction anyhow, and not worth a word.
     */
    private static void addSelfCalls(
            Class<?> type, Set<String> annotated, Set<String> hidden, List<String> complaints) {
        Set<SelfCall> calls = SelfCalls.in(type);
        Set<String> outside = new HashSet<>();
        for (SelfCall call : calls) {
            if (!annotated.contains(call.caller()) && !hidden.contains(call.caller()) && !isLambda(call.caller())) {
                outside.add(call.caller());
            }
        }
        for (int before = -1; before != outside.size(); ) {
            before = outside.size();
            for (SelfCall call : calls) {
                if (outside.contains(call.caller()) && !annotated.contains(call.callee())) {
                    outside.add(call.callee());
                }
            }
        }
        for (SelfCall call : calls) {
            if (outside.contains(call.caller()) && annotated.contains(call.callee())) {
                complaints.add(type.getName() + "." + nameOf(call.caller()) + " calls " + nameOf(call.callee())
                        + " of its own object, which is annotated: that call passes the proxy by, and the annotation has no effect on"
                        + " it. Annotate the caller, or move the called method to another bean.");
            }
        }
    }

    private static boolean isLambda(String signature) {
        return signature.startsWith("lambda$");
    }

    /** Of a lambda, the method that it stands in. */
    private static String nameOf(String signature) {
        return isLambda(signature)
                ? signature.substring("lambda$".length(), signature.indexOf('$', "lambda$".length()))
                : signature.substring(0, signature.indexOf('('));
    }
}

package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.Propagation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What {@link GlobalTransactional}, or its namesake of the official client, says about a method: read once per method and
 * target class, then remembered.
 *
 * <p>The method's own annotation goes before that of the class; each is also found on super classes, interfaces and as a
 * meta-annotation, and a bridge method counts as the method it leads to. A class annotation speaks of public methods
 * other than those of {@link Object}.
 *
 * <p>Thread-safe. Holds at most one entry per method of the beans of its context, and goes with it.
 */
final class AnnotatedDefinitions {

    private static final Set<Propagation> WITHOUT_TRANSACTION =
            EnumSet.of(Propagation.NOT_SUPPORTED, Propagation.NEVER);

    private final Map<MethodClassKey, Optional<GlobalTransactionDefinition>> known = new ConcurrentHashMap<>();

    /**
     * The definition for a call, or null when the method is not annotated.
     *
     * @param method the method called, perhaps of an interface
     * @param targetClass the class of the object behind the proxy
     * @throws SeataConfigurationException if the annotated method returns before its work is done
     */
    @Nullable
    GlobalTransactionDefinition find(Method method, Class<?> targetClass) {
        if (method.getDeclaringClass() == Object.class) {
            return null;
        }
        return known.computeIfAbsent(
                        new MethodClassKey(method, targetClass), key -> Optional.ofNullable(read(method, targetClass)))
                .orElse(null);
    }

    private static @Nullable GlobalTransactionDefinition read(Method method, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        Method called = AopUtils.getMostSpecificMethod(method, userClass);
        TransactionalAttributes attributes = attributesOf(method, called, userClass);
        return attributes == null ? null : definition(attributes, called, userClass);
    }

    /**
     * What is written on a method or, where nothing is, on its class.
     *
     * @param method perhaps of an interface
     * @param called the one of the class that runs
     */
    static @Nullable TransactionalAttributes attributesOf(Method method, Method called, Class<?> userClass) {
        TransactionalAttributes ofMethod = TransactionalAttributes.of(called);
        if (ofMethod == null && called != method) {
            ofMethod = TransactionalAttributes.of(method);
        }
        if (ofMethod != null) {
            return ofMethod;
        }
        if (!Modifier.isPublic(called.getModifiers()) || ReflectionUtils.isObjectMethod(called)) {
            return null;
        }
        return TransactionalAttributes.of(userClass);
    }

    private static GlobalTransactionDefinition definition(
            TransactionalAttributes attributes, Method method, Class<?> userClass) {
        refuseAsynchronous(attributes, method, userClass);
        return new GlobalTransactionDefinition(
                attributes.name().isBlank() ? signature(method, userClass) : attributes.name(),
                attributes.timeout(),
                attributes.propagation(),
                attributes.rollbackRules(),
                attributes.lockRetry());
    }

    private static void refuseAsynchronous(TransactionalAttributes attributes, Method method, Class<?> userClass) {
        if (WITHOUT_TRANSACTION.contains(attributes.propagation())) {
            return;
        }
        String type = AsynchronousMethod.typeOf(method, userClass);
        if (type != null) {
            throw new SeataConfigurationException(
                    userClass.getName() + "." + method.getName() + " is @GlobalTransactional and asynchronous (" + type
                            + "): it returns before its work is done, so the global transaction would be committed without that"
                            + " work, and what it writes could not be undone.",
                    "Let the method wait for its work and return the plain result, or annotate the method that waits for it."
                            + " Where the annotation of the class is not meant for this method, write on the method"
                            + "\n\n    @GlobalTransactional(propagation = Propagation.NOT_SUPPORTED)\n");
        }
    }

    /** Simple names: the fully qualified ones of a few parameters would not fit into the TC's 128 characters. */
    private static String signature(Method method, Class<?> userClass) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", userClass.getSimpleName() + "." + method.getName() + "(", ")"));
    }
}

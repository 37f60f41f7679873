package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.Propagation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link GlobalTransactional}, or its namesake of the official client, says about a method: read once per method and
 * target class, then remembered. Thread-safe.
 */
final class AnnotatedDefinitions {

    private static final Set<Propagation> WITHOUT_TRANSACTION =
            EnumSet.of(Propagation.NOT_SUPPORTED, Propagation.NEVER);

    private final AnnotationSearch<TransactionalAttributes, GlobalTransactionDefinition> search =
            new AnnotationSearch<>(TransactionalAttributes::of, AnnotatedDefinitions::definition);

    /**
     * The definition for a call, or null when the method is not annotated.
     *
     * @param method the method called, perhaps of an interface
     * @param targetClass the class of the object behind the proxy
     * @throws SeataConfigurationException if the annotated method returns before its work is done
     */
    @Nullable
    GlobalTransactionDefinition find(Method method, Class<?> targetClass) {
        return search.find(method, targetClass);
    }

    private static GlobalTransactionDefinition definition(
            TransactionalAttributes attributes, Method method, Class<?> userClass) {
        refuseAsynchronous(attributes, method, userClass);
        String name = attributes.name().isBlank() ? signature(method, userClass) : attributes.name();
        return GlobalTransactionDefinition.named(name)
                .withTimeout(attributes.timeout())
                .withPropagation(attributes.propagation())
                .withRollbackRules(attributes.rollbackRules())
                .withLockRetry(attributes.lockRetry());
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

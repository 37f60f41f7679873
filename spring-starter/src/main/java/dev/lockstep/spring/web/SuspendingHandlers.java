package dev.lockstep.spring.web;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import reactor.core.publisher.Hooks;

/**
 * Tells of handlers in Kotlin that have taken part in a global transaction, and whose coroutines are started by Spring without a
 * way for anybody to give them something: nobody but the handler itself can carry it to another thread. Thread-safe.
 */
final class SuspendingHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(SuspendingHandlers.class);

    /** From Spring 7 on it carries the global transaction into most of them, if Reactor does. */
    private static final boolean CAN_BE_CARRIED = ClassUtils.isPresent(
            "org.springframework.core.PropagationContextElement", SuspendingHandlers.class.getClassLoader());

    private final boolean isStartedWithContext;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param isStartedWithContext whether {@link HandlerCoroutine} reaches the coroutines of suspending functions */
    SuspendingHandlers(boolean isStartedWithContext) {
        this.isStartedWithContext = isStartedWithContext;
    }

    /** @param handler what was chosen for a request that takes part in a global transaction; null if nothing was */
    void tell(@Nullable Object handler) {
        if (!(handler instanceof HandlerMethod method) || !mayLose(method)) {
            return;
        }
        String name = method.getBeanType().getName() + "." + method.getMethod().getName();
        if (told.add(name)) {
            LOG.warn(
                    "[http] {} took part in a global transaction and is a suspending function, or returns a Flow: what it writes"
                            + " once it has been suspended is outside and not undone, unless it takes the transaction along, by"
                            + " withContext(GlobalTransactionElement()) around its body or .flowOn(GlobalTransactionElement())"
                            + " behind its Flow. Said once of each; if it does so, or writes before only, set"
                            + " logging.level.{}=error (docs/configuration.md, \"Carrying the xid\").",
                    name,
                    SuspendingHandlers.class.getName());
        }
    }

    private boolean mayLose(HandlerMethod method) {
        boolean isSuspending = KotlinDetector.isSuspendingFunction(method.getMethod());
        if (!returnsFlow(method)) {
            return isSuspending && !isStartedWithContext && !isCarriedBySpring();
        }
        return isSuspending || !isCarriedBySpring();
    }

    private static boolean returnsFlow(HandlerMethod method) {
        return KotlinDetector.isKotlinPresent()
                && ClassUtils.getAllInterfacesForClassAsSet(
                                method.getReturnType().getParameterType())
                        .stream()
                        .anyMatch(type -> type.getName().equals("kotlinx.coroutines.flow.Flow"));
    }

    private static boolean isCarriedBySpring() {
        return CAN_BE_CARRIED && Hooks.isAutomaticContextPropagationEnabled();
    }
}

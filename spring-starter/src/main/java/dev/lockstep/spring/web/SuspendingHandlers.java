package dev.lockstep.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import reactor.core.publisher.Hooks;

/**
 * Tells of handlers of Spring MVC that are suspending functions of Kotlin, and have taken part in a global transaction: MVC lets
 * nobody give their coroutines anything, so nobody but the handler itself can carry it to another thread. Thread-safe.
 */
final class SuspendingHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(SuspendingHandlers.class);

    /** From Spring 7 on it carries the global transaction itself, if Reactor does. */
    private static final boolean CAN_BE_CARRIED = ClassUtils.isPresent(
            "org.springframework.core.PropagationContextElement", SuspendingHandlers.class.getClassLoader());

    /** Where Spring MVC keeps what it chose for a request. */
    private static final String HANDLER = "org.springframework.web.servlet.HandlerMapping.bestMatchingHandler";

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param request one that takes part in a global transaction and has reached its handler, if it ever does */
    void tell(HttpServletRequest request) {
        Object handler = request.getAttribute(HANDLER);
        if (!(handler instanceof HandlerMethod method)
                || !KotlinDetector.isSuspendingFunction(method.getMethod())
                || (CAN_BE_CARRIED && Hooks.isAutomaticContextPropagationEnabled())) {
            return;
        }
        String name = method.getBeanType().getName() + "." + method.getMethod().getName();
        if (told.add(name)) {
            LOG.warn(
                    "[http] {} took part in a global transaction and is a suspending function: what it writes once it has been"
                            + " suspended, as by withContext(Dispatchers.IO), is outside and not undone, unless it takes the"
                            + " transaction along by withContext(Dispatchers.IO + GlobalTransactionElement()). Said once of each;"
                            + " if it does so, or writes before only, set logging.level.{}=error (docs/configuration.md, \"Carrying the xid\").",
                    name,
                    SuspendingHandlers.class.getName());
        }
    }
}

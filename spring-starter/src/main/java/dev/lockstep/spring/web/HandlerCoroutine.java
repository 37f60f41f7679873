package dev.lockstep.spring.web;

import dev.lockstep.tm.ScopeHandover;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.Dispatchers;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets the coroutine that WebFlux starts for a suspending handler of Kotlin carry the global transaction to whatever thread it
 * goes on. Loaded only where Kotlin's coroutines are.
 */
final class HandlerCoroutine {

    /** Where WebFlux looks for the context to start it with. */
    private static final String CONTEXT = "org.springframework.web.server.CoWebFilter.context";

    /** Since Spring 7, which uses it as long as no other context is given: carries all that Reactor's context holds. */
    private static final @Nullable Class<?> OF_SPRING = ofSpring();

    private HandlerCoroutine() {}

    private static @Nullable Class<?> ofSpring() {
        ClassLoader loader = HandlerCoroutine.class.getClassLoader();
        String name = "org.springframework.core.PropagationContextElement";
        return ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : null;
    }

    static void carry(ScopeHandover handover, ServerWebExchange exchange) {
        CoroutineContext context = exchange.getAttributeOrDefault(CONTEXT, Dispatchers.getUnconfined());
        exchange.getAttributes().put(CONTEXT, context.plus(element(handover)));
    }

    private static CoroutineContext element(ScopeHandover handover) {
        return OF_SPRING == null
                ? new GlobalTransactionElement(handover)
                : (CoroutineContext) BeanUtils.instantiateClass(OF_SPRING);
    }
}

package dev.lockstep.spring;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Controller;

/**
 * Recognises methods that return before their work is done, by what they return. A global transaction around such a method
 * would end first, and what the work writes afterwards, on other threads, could not be undone.
 *
 * <p>Types of libraries are known by name, so that none of these has to be there.
 */
final class AsynchronousMethod {

    private static final Set<String> TYPES = Set.of(
            Future.class.getName(),
            CompletionStage.class.getName(),
            Flow.Publisher.class.getName(),
            "org.reactivestreams.Publisher", // Mono, Flux, Flowable, Multi
            "io.reactivex.rxjava3.core.CompletableSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.smallrye.mutiny.Uni",
            "kotlinx.coroutines.Job", // Deferred too
            "kotlinx.coroutines.flow.Flow",
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

    /** With one of these types inside it is as asynchronous as that. */
    private static final String ENTITY = "org.springframework.http.HttpEntity";

    /** What the compiler adds to a suspending function of Kotlin, as its last parameter. */
    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private AsynchronousMethod() {}

    /**
     * The simple name of the type that gives an asynchronous method away, or null for any other method. One that Spring itself
     * runs elsewhere because it is {@link Async} is none: the global transaction then runs there as well, inside.
     */
    static @Nullable String typeOf(Method method, Class<?> userClass) {
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION)) {
            return "Continuation";
        }
        Class<?> returned = returned(method, userClass);
        boolean isAsynchronous = isOneOf(TYPES, returned) || isRunBySpringMvc(returned, userClass);
        return isAsynchronous && !isRunElsewhere(method, userClass) ? returned.getSimpleName() : null;
    }

    private static Class<?> returned(Method method, Class<?> userClass) {
        ResolvableType type = ResolvableType.forMethodReturnType(method, userClass);
        Class<?> returned = type.resolve(method.getReturnType());
        return isOneOf(Set.of(ENTITY), returned) ? type.getGeneric().resolve(Object.class) : returned;
    }

    /** Called on a thread of its own, after the handler; what a bean of another kind returns is called by who called that. */
    private static boolean isRunBySpringMvc(Class<?> returned, Class<?> userClass) {
        return Callable.class.isAssignableFrom(returned)
                && AnnotatedElementUtils.hasAnnotation(userClass, Controller.class);
    }

    private static boolean isRunElsewhere(Method method, Class<?> userClass) {
        return AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(userClass, Async.class);
    }

    private static boolean isOneOf(Set<String> names, Class<?> returned) {
        Deque<Class<?>> open = new ArrayDeque<>();
        open.push(returned);
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (names.contains(type.getName())) {
                return true;
            }
            if (type.getSuperclass() != null) {
                open.push(type.getSuperclass());
            }
            for (Class<?> parent : type.getInterfaces()) {
                open.push(parent);
            }
        }
        return false;
    }
}

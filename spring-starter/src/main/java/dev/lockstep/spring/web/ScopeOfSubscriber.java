package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.ScopeHandover;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Notes the global transaction of the thread that subscribes in Reactor's context, so that a WebClient finds it from whatever
 * thread the operators above send a request. Binds no thread to it: what else they do there stays outside, as it is without
 * Reactor's automatic context propagation.
 *
 * <p>Keeps away where that is on: it binds threads, and would unbind that of a subscriber behind this. It carries the global
 * transaction whenever the thread waits by {@code block}, and by {@code contextCapture} else.
 *
 * <p>What is subscribed once and goes on for all, such as a shared or a replayed source, sends nothing for the global
 * transaction that happened to come first, once that is over.
 */
final class ScopeOfSubscriber<T> implements CoreSubscriber<T> {

    private static final String HOOK = ScopeOfSubscriber.class.getName();

    /** Not that of {@link ScopeAccessor}, by which some operators bind their thread. */
    private static final String KEY = "dev.lockstep.scope-of-subscriber";

    private final CoreSubscriber<? super T> subscriber;
    private final Context context;

    private ScopeOfSubscriber(CoreSubscriber<? super T> subscriber, Context context) {
        this.subscriber = subscriber;
        this.context = context;
    }

    /**
     * From now on, for all that Reactor does in this process: its hooks know no owner. Outside global transactions it costs a
     * look at the thread. May be called again; never taken back, since another application of this process may count on it.
     */
    static void carry() {
        Function<? super Publisher<Object>, ? extends Publisher<Object>> carrying =
                Operators.liftPublisher((publisher, subscriber) -> carrying(subscriber));
        Hooks.onLastOperator(
                HOOK,
                publisher -> GlobalScope.current() == null || Hooks.isAutomaticContextPropagationEnabled()
                        ? publisher
                        : carrying.apply(publisher));
    }

    /** Subscribers inside, such as those of a flatMap, have it from the one outside already. */
    private static <T> CoreSubscriber<? super T> carrying(CoreSubscriber<? super T> subscriber) {
        Context context = subscriber.currentContext();
        ScopeHandover ofThread = context.hasKey(KEY) ? null : ScopeHandover.ofThread();
        return ofThread == null ? subscriber : new ScopeOfSubscriber<>(subscriber, context.put(KEY, ofThread));
    }

    /** The global transaction noted here; null if there is none, or it is over. */
    static @Nullable ScopeHandover of(ContextView context) {
        ScopeHandover noted = context.getOrDefault(KEY, null);
        return noted == null || !noted.isOfGlobalTransaction() || noted.isOver() ? null : noted;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscriber.onSubscribe(subscription);
    }

    @Override
    public void onNext(T value) {
        subscriber.onNext(value);
    }

    @Override
    public void onError(Throwable failure) {
        subscriber.onError(failure);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
    }
}

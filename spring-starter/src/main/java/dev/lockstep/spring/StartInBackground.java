package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Does what a start need not wait for, on a thread of its own, when the application is ready: connects to the TCs, reaches the
 * databases and makes them known there, and tells what looks wrong. To load all that takes the processor longer than any wait
 * for the network; beside the start it would hold that up on a machine with few processors.
 *
 * <p>Who needs a TC or a database earlier, such as a transaction in a listener of the start, opens it by that.
 */
final class StartInBackground implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(StartInBackground.class);

    /** A runner may work for long, while branches left by an earlier process wait for this one. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final @Nullable SeataRpcClient client;
    private final ResourceManager resourceManager;
    private final Duration longestWait;
    private final CountDownLatch ready;
    private final Supplier<List<Runnable>> notices;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Thread thread;

    /**
     * @param client null where the application brings a transport of its own
     * @param longestWait for {@link ApplicationReadyEvent}; zero where nobody will publish it
     * @param notices asked for once; they look for what is wrong and log it. The last may wait for a database.
     */
    StartInBackground(
            @Nullable SeataRpcClient client,
            ResourceManager resourceManager,
            Duration longestWait,
            Supplier<List<Runnable>> notices) {
        this.client = client;
        this.resourceManager = resourceManager;
        this.longestWait = longestWait;
        this.ready = new CountDownLatch(longestWait.isZero() ? 0 : 1);
        this.notices = notices;
    }

    /** The last of all to be started. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void start() {
        Thread starting = new Thread(this::run, "lockstep-start");
        starting.setDaemon(true);
        thread = starting;
        starting.start();
    }

    /** Of this application, or of a child context, which does no harm. */
    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        ready.countDown();
    }

    boolean waitsForReady() {
        return ready.getCount() > 0;
    }

    private void run() {
        try {
            ready.await(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return; // by nobody here
        }
        if (thread != Thread.currentThread()) {
            return; // stopped meanwhile
        }
        if (client != null) {
            withoutHarm("The client of the TC could not be opened; each begin tries again", client::openNow);
        }
        withoutHarm("The databases could not be reached", resourceManager::reachDatabases);
        // A context that is paused and started again, as Spring's test framework does with those it keeps, has told it
        // before.
        if (told.compareAndSet(false, true)) {
            notices.get().forEach(notice -> withoutHarm("A check of the start failed", notice));
        }
    }

    /** One step that fails, as with a library in a version that does not fit, keeps none of the others from its work. */
    private static void withoutHarm(String failure, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("[starter] {}: {}", failure, e, e);
        }
    }

    /** Leaves alone a database that does not answer: the thread is a daemon, and its connection goes back to the pool. */
    @Override
    public void stop() {
        Thread starting = thread;
        thread = null;
        ready.countDown();
        if (starting != null) {
            try {
                starting.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}

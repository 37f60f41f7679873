package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Does what a start need not wait for, on a thread of its own, when everything else of the application has started: connects to
 * the TCs, reaches the databases and makes them known there, and tells what looks wrong. To load all that takes the processor
 * longer than any wait for the network; beside the start of the beans it would hold that up on a machine with few processors.
 *
 * <p>Who needs a TC or a database earlier, such as a transaction in a listener of the start, opens it by that.
 */
final class StartInBackground implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StartInBackground.class);

    private final @Nullable SeataRpcClient client;
    private final ResourceManager resourceManager;
    private final List<Runnable> notices;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Thread thread;

    /**
     * @param client null where the application brings a transport of its own
     * @param notices look for what is wrong and log it; the last may wait for a database
     */
    StartInBackground(@Nullable SeataRpcClient client, ResourceManager resourceManager, List<Runnable> notices) {
        this.client = client;
        this.resourceManager = resourceManager;
        this.notices = List.copyOf(notices);
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

    private void run() {
        if (client != null) {
            withoutHarm("The client of the TC could not be opened; each begin tries again", client::openNow);
        }
        withoutHarm("The databases could not be reached", resourceManager::reachDatabases);
        // A context that is paused and started again, as Spring's test framework does with those it keeps, has told it
        // before.
        if (told.compareAndSet(false, true)) {
            notices.forEach(notice -> withoutHarm("A check of the start failed", notice));
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

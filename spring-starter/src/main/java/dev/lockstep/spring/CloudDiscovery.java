package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationListener;

/**
 * The TCs that Spring Cloud finds under a service id, whatever registry is behind it: Nacos, Eureka, Consul, ZooKeeper,
 * Kubernetes.
 *
 * <p>Asks on a thread of its own, at an interval and whenever Spring Cloud tells of a change. A registry that fails, or knows
 * nobody all at once, does not take away the nodes known before: they may well be alive. Thread-safe.
 */
final class CloudDiscovery implements Discovery, ApplicationListener<HeartbeatEvent>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CloudDiscovery.class);

    private final Supplier<DiscoveryClient> client;
    private final String serviceId;
    private final List<Runnable> notices = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean inTrouble = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread asker = new Thread(task, "lockstep-registry");
        asker.setDaemon(true);
        return asker;
    });

    /** Replaced as a whole, by the one thread that asks. */
    private volatile List<TcAddress> known = List.of();

    /** @param client asked for on the thread of this class, never earlier: it may talk to the registry when it is made */
    CloudDiscovery(Supplier<DiscoveryClient> client, String serviceId, Duration interval) {
        this.client = client;
        this.serviceId = serviceId;
        thread.scheduleWithFixedDelay(this::ask, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public List<TcAddress> addresses() {
        return known;
    }

    @Override
    public Subscription onChange(Runnable notice) {
        notices.add(notice);
        return () -> notices.remove(notice);
    }

    @Override
    public void onApplicationEvent(HeartbeatEvent changed) {
        // At most one question waits, however often the registry beats.
        if (!thread.isShutdown() && asking.compareAndSet(false, true)) {
            thread.execute(() -> {
                asking.set(false);
                ask();
            });
        }
    }

    private void ask() {
        List<TcAddress> found;
        try {
            found = client.get().getInstances(serviceId).stream()
                    .map(CloudDiscovery::address)
                    .distinct()
                    .sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList();
        } catch (RuntimeException registryInTrouble) {
            complain("cannot be asked for the TCs: " + registryInTrouble, registryInTrouble);
            return;
        }
        if (found.isEmpty()) {
            complain("knows no instance of '" + serviceId + "'", null);
            return;
        }
        inTrouble.set(false);
        if (!found.equals(known)) {
            LOG.info("[registry {}] The TCs are {}, before {}", serviceId, found, known);
            known = found;
            notices.forEach(Runnable::run);
        }
    }

    private static TcAddress address(ServiceInstance instance) {
        return new TcAddress(instance.getHost(), instance.getPort());
    }

    /** Once, until the registry answers again. */
    private void complain(String trouble, @Nullable RuntimeException cause) {
        if (inTrouble.compareAndSet(false, true)) {
            LOG.warn(
                    "[registry {}] The registry {}. Going on with {}; asking again.", serviceId, trouble, known, cause);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

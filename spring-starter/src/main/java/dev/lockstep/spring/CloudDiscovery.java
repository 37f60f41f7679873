package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationListener;

/**
 * The TCs of a cluster that Spring Cloud finds under a service id, whatever registry is behind it: Nacos, Eureka, Consul, ZooKeeper,
 * Kubernetes.
 *
 * <p>Asks on a thread of its own, at an interval and whenever Spring Cloud tells of a change. A registry that fails, or knows
 * nobody all at once, does not take away the nodes known before: they may well be alive. Thread-safe.
 */
final class CloudDiscovery implements Discovery, ApplicationListener<HeartbeatEvent>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CloudDiscovery.class);

    private final Supplier<DiscoveryClient> client;
    private final TcService service;
    private final List<Runnable> notices = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean inTrouble = new AtomicBoolean();
    private final AtomicBoolean mixed = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread asker = new Thread(task, "lockstep-registry");
        asker.setDaemon(true);
        return asker;
    });

    /** Replaced as a whole, by the one thread that asks. */
    private volatile List<TcAddress> known = List.of();

    /** @param client asked for on the thread of this class, never earlier: it may talk to the registry when it is made */
    CloudDiscovery(Supplier<DiscoveryClient> client, TcService service, Duration interval) {
        this.client = client;
        this.service = service;
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

    /** Whatever goes wrong, the next question comes: an executor ends a schedule at the first exception. */
    private void ask() {
        try {
            follow(client.get().getInstances(service.id()));
        } catch (RuntimeException | LinkageError registryInTrouble) {
            complain("cannot be asked for the TCs: " + registryInTrouble + ".", registryInTrouble);
        }
    }

    private void follow(List<ServiceInstance> instances) {
        List<TcAddress> found = instances.stream()
                .filter(this::isOfCluster)
                .map(CloudDiscovery::address)
                .distinct()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
        if (found.isEmpty()) {
            complain(
                    "knows no instance of '" + service.id() + "'"
                            + (instances.isEmpty()
                                    ? "." + service.whereToLook()
                                    : " in the cluster '" + service.cluster()
                                            + "' that seata.service.vgroup-mapping names, only" + " in "
                                            + clusters(instances) + "."),
                    null);
            return;
        }
        inTrouble.set(false);
        complainOfClusters(clusters(instances));
        if (!found.equals(known)) {
            LOG.info("[registry {}] The TCs are {}, before {}", service.id(), found, known);
            known = found;
            notices.forEach(this::give);
        }
    }

    /** Once: TCs of two clusters do not know each other's global transactions, so a branch may be sent to one that knows nothing. */
    private void complainOfClusters(Set<String> clusters) {
        if (service.cluster() == null && clusters.size() > 1 && mixed.compareAndSet(false, true)) {
            LOG.warn(
                    "[registry {}] The TCs belong to several clusters, {}, and all of them are used, since the transaction service"
                            + " group of this application is not mapped to one: set seata.service.vgroup-mapping.<group>, where"
                            + " <group> is seata.tx-service-group, to one of them.",
                    service.id(),
                    clusters);
        }
    }

    private void give(Runnable notice) {
        try {
            notice.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("[registry {}] A change of the TCs was not taken up; the next one will be", service.id(), e);
        }
    }

    /** Of a service in Nacos each instance belongs to a cluster; other registries do not say. */
    private boolean isOfCluster(ServiceInstance instance) {
        String cluster = clusterOf(instance);
        return cluster == null || service.cluster() == null || cluster.equals(service.cluster());
    }

    private static @Nullable String clusterOf(ServiceInstance instance) {
        Map<String, String> metadata = instance.getMetadata();
        return metadata == null ? null : metadata.get("nacos.cluster");
    }

    private static Set<String> clusters(List<ServiceInstance> instances) {
        return instances.stream()
                .map(CloudDiscovery::clusterOf)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TcAddress address(ServiceInstance instance) {
        return new TcAddress(instance.getHost(), instance.getPort());
    }

    /** Once, until the registry answers again. */
    private void complain(String trouble, @Nullable Throwable cause) {
        if (inTrouble.compareAndSet(false, true)) {
            LOG.warn(
                    "[registry {}] The registry {} Going on with {}; asking again.",
                    service.id(),
                    trouble,
                    known,
                    cause);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

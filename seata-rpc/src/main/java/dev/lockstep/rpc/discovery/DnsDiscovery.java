package dev.lockstep.rpc.discovery;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every address behind a DNS name is a node, such as those of a headless service in Kubernetes. The names are resolved again and
 * again while somebody listens; a name that does not resolve keeps the addresses it had. The JVM keeps a resolved name for 30 s
 * by default (security property {@code networkaddress.cache.ttl}), so a shorter interval needs a shorter property.
 *
 * <p>Thread-safe. A daemon thread of its own does the resolving, which blocks; it exists as long as there is a subscription.
 */
public final class DnsDiscovery implements Discovery {

    /** As long as the JVM keeps a resolved name by default; asking more often would change nothing. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(DnsDiscovery.class);

    private final Duration interval;
    private final Resolver resolver;
    private final List<Runnable> notices = new CopyOnWriteArrayList<>();

    /** The last good addresses of each name; confined to whoever is {@link #busy}. */
    private final Map<TcAddress, List<TcAddress>> byName = new LinkedHashMap<>();

    private final Set<TcAddress> failing = new HashSet<>();

    /** Who has not taken up the last change. */
    private final Set<Runnable> untold = new HashSet<>();

    /** Held by the one thread that resolves. The thread of an ended subscription may still wait for its answer. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private volatile List<TcAddress> addresses = List.of();

    private final ReentrantLock subscribing = new ReentrantLock();
    private @Nullable ScheduledExecutorService resolving;

    /** Finds all addresses of a name; may block. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    DnsDiscovery(List<TcAddress> names, Duration interval, Resolver resolver) {
        this.interval = interval;
        this.resolver = resolver;
        names.forEach(name -> byName.put(name, List.of()));
    }

    /**
     * @param names comma-separated {@code name:port}; a semicolon separates too, as in the official property
     * @throws IllegalArgumentException if there is none, or one that is not name:port
     */
    public static DnsDiscovery of(String names) {
        return of(names, DEFAULT_INTERVAL);
    }

    /**
     * @param names comma-separated {@code name:port}; a semicolon separates too, as in the official property
     * @param interval between two resolutions
     * @throws IllegalArgumentException if there is no name, one that is not name:port, or the interval is not above zero
     */
    public static DnsDiscovery of(String names, Duration interval) {
        var parsed = Arrays.stream(names.split("[,;]"))
                .filter(part -> !part.isBlank())
                .map(TcAddress::parse)
                .distinct()
                .toList();
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException("No DNS name of a TC is given. Give at least one as name:port.");
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "The interval of DNS resolution is " + interval + "; it must be above zero.");
        }
        return new DnsDiscovery(parsed, interval, InetAddress::getAllByName);
    }

    /** {@inheritDoc} Empty until a name was resolved for the first time, which begins with the first subscription. */
    @Override
    public List<TcAddress> addresses() {
        return addresses;
    }

    @Override
    public Subscription onChange(Runnable notice) {
        // One object for each call: the same notice may be given twice.
        Runnable own = notice::run;
        subscribing.lock(); // nothing inside waits for anything
        try {
            notices.add(own);
            if (resolving == null) {
                resolving = Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("lockstep-dns", true));
                resolving.scheduleWithFixedDelay(this::resolveAll, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            subscribing.unlock();
        }
        return () -> end(own);
    }

    private void end(Runnable notice) {
        subscribing.lock(); // nothing inside waits for anything
        try {
            notices.remove(notice);
            if (notices.isEmpty() && resolving != null) {
                resolving.shutdownNow();
                resolving = null;
            }
        } finally {
            subscribing.unlock();
        }
    }

    private void resolveAll() {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        try {
            byName.replaceAll((name, known) -> resolve(name, known));
            var found =
                    byName.values().stream().flatMap(List::stream).distinct().toList();
            if (!Set.copyOf(found).equals(Set.copyOf(addresses))) {
                log.info("[discovery {}] The TC nodes are now {}.", byName.keySet(), found);
                addresses = found;
                untold.addAll(notices);
            }
            tell();
        } catch (Throwable e) {
            // Whatever is thrown would end the schedule without a word.
            log.error("[discovery {}] Resolving failed by an error of our own; please report it.", byName.keySet(), e);
        } finally {
            busy.set(false);
        }
    }

    private void tell() {
        untold.retainAll(notices);
        for (var each = untold.iterator(); each.hasNext(); ) {
            try {
                each.next().run();
                each.remove();
            } catch (Throwable e) {
                log.error(
                        "[discovery {}] A change of the TCs was not taken up; it is told again in {} ms.",
                        byName.keySet(),
                        interval.toMillis(),
                        e);
            }
        }
    }

    private List<TcAddress> resolve(TcAddress name, List<TcAddress> known) {
        try {
            var found = Arrays.stream(resolver.resolve(name.host()))
                    .map(address -> new TcAddress(address.getHostAddress(), name.port()))
                    .toList();
            if (failing.remove(name)) {
                log.info("[discovery {}] The name resolves again.", name);
            }
            return found;
        } catch (UnknownHostException e) {
            if (failing.add(name)) {
                log.warn(
                        "[discovery {}] The name does not resolve: {}. {} Trying again every {} ms, without further notice.",
                        name,
                        e.getMessage(),
                        known.isEmpty() ? "No node is known by it yet." : "The nodes known by it stay: " + known + ".",
                        interval.toMillis());
            }
            return known;
        }
    }
}

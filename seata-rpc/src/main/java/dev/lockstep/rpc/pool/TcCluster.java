package dev.lockstep.rpc.pool;

import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.channel.BranchCommandHandler;
import dev.lockstep.rpc.channel.ChannelEvents;
import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.LoadBalancing;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All nodes of the TC and the way to the right one.
 *
 * <p>A request about an xid goes to the node that began it, where that is known: by the address at the head of the xid, if
 * the discovery names it so, or by the node that answered a begin with such a head, or by the one whose name led a connection
 * to that address. A TC with file store knows only its own transactions; another node would answer "finished" to a commit,
 * which looks like success of nothing. So a known node that is down is an error and not a reason to ask another. Everything
 * else goes where {@link LoadBalancing} says, but not to a node that was set aside or is silent as long as there is another; a
 * begin not even to one that is slower than it was before, since a caller whom a dead node keeps waiting could not be helped
 * any more.
 *
 * <p>Every connection to every node announces all resources: the TC sends branch commands from the node that ends the
 * transaction, to a connection that has announced the resource.
 *
 * <p>A TC with raft store is the exception: there only the leader takes requests, whatever the xid says, and the others answer
 * that they are not it, having done nothing. From the first such answer on the xid decides nothing.
 *
 * <p>Thread-safe.
 */
public final class TcCluster {

    private static final Logger log = LoggerFactory.getLogger(TcCluster.class);

    private final Discovery discovery;
    private final PoolOptions options;
    private final ChannelFactory factory;
    private final ResourceIds resources;
    private final BranchCommandHandler commands;
    private final ChannelEvents events;

    /** Replaced as a whole, under the lock {@link #following}. */
    private volatile List<ChannelPool> pools = List.of();

    /** Node by the head of the xids it gives: TCs often call themselves otherwise than the discovery calls them. */
    private final Map<String, TcAddress> nodeByXidHead = new ConcurrentHashMap<>();

    /** Node by the address that its name stands for, as {@code ip:port}: so a TC calls itself that is not told otherwise. */
    private final Map<String, TcAddress> nodeByResolved = new ConcurrentHashMap<>();

    private final AtomicInteger turn = new AtomicInteger();

    /** Completes when a first connection is live, when all first attempts have failed, or when the start-up wait is over. */
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    private final ReentrantLock following = new ReentrantLock();
    private volatile Discovery.@Nullable Subscription subscription;
    private volatile boolean raft;
    private volatile boolean closed;

    public TcCluster(
            Discovery discovery,
            PoolOptions options,
            ChannelFactory factory,
            ResourceIds resources,
            BranchCommandHandler commands,
            ChannelEvents events) {
        this.discovery = discovery;
        this.options = options;
        this.factory = factory;
        this.resources = resources;
        this.commands = commands;
        this.events = events;
    }

    /** Starts connecting to all nodes; does not wait for any. */
    public void open() {
        // First of all: whoever has come already waits for it, also when the discovery fails.
        factory.nextLoop()
                .schedule(() -> started.complete(null), options.startupWait().toNanos(), TimeUnit.NANOSECONDS);
        subscription = discovery.onChange(this::follow);
        follow();
    }

    /**
     * The connection for a request. Blocks only right after the start, until the first attempts to connect are decided, at
     * most for the start-up wait.
     *
     * @param xid the global transaction it is about; null for a begin
     * @throws TcUnreachableException if the node in question, or any node, has no live connection
     */
    public TcChannel channelFor(@Nullable String xid) throws TcUnreachableException {
        awaitFirstAttempts();
        if (closed) {
            throw new TcUnreachableException("The client of the TC is closed.", null);
        }
        var home = homeOf(xid);
        var channel = home == null ? anyLive(xid, Set.of()) : home.pick(xid);
        if (channel == null) {
            throw new TcUnreachableException(home == null ? noneLive() : homeDown(home, xid), null);
        }
        return channel;
    }

    /**
     * The connection to the node whose word about this xid can be trusted, also when it says that it does not know it: the node is
     * named as the xid names it, or has answered a begin with such a head by this very connection. That another one led there is
     * not enough: the same name may lead to another TC by now, which has never heard of the transaction. Within a raft cluster
     * any connection will do. Blocks as {@link #channelFor} does.
     *
     * @throws TcUnreachableException if there is no such connection
     */
    public TcChannel channelAtHome(String xid) throws TcUnreachableException {
        if (raft) {
            return channelFor(xid);
        }
        awaitFirstAttempts();
        ChannelPool named = null;
        for (var pool : pools) {
            var isNamed = pool.address().heads(xid);
            var channel = isNamed ? pool.pick(xid) : pool.beganWith(headOf(xid));
            if (channel != null && !closed) {
                return channel;
            }
            if (isNamed) {
                named = pool;
            }
        }
        throw new TcUnreachableException(
                named == null ? "The TC node of " + xid + " is not known here." : homeDown(named, xid), null);
    }

    /** Blocks right after the start, until the first attempts to connect are decided, at most for the start-up wait. */
    public void awaitFirstAttempts() {
        if (!started.isDone()) {
            started.join();
        }
    }

    /**
     * Another connection for a request that this one did not send, because it was closed meanwhile; null if there is none.
     */
    public @Nullable TcChannel insteadOf(TcChannel closedMeanwhile, @Nullable String xid) {
        var home = homeOf(xid);
        var channel = home == null ? anyLive(xid, Set.of()) : home.pick(xid);
        return channel == closedMeanwhile ? null : channel;
    }

    /**
     * Another node for a request that was refused, and not executed, because the nodes asked so far are not the leader of their
     * raft cluster; null if all were asked.
     */
    public @Nullable TcChannel insteadOfFollowers(Set<TcAddress> asked, @Nullable String xid) {
        raft = true;
        pools.stream().filter(pool -> asked.contains(pool.address())).forEach(pool -> pool.follower(true));
        return anyLive(xid, asked);
    }

    /** Notes that the node took a request which a follower would have refused. */
    public void leads(TcAddress address) {
        if (raft) {
            pools.stream().filter(pool -> pool.address().equals(address)).forEach(pool -> pool.follower(false));
        }
    }

    /** All nodes as they are now. */
    public List<NodeState> state() {
        return pools.stream().map(ChannelPool::state).toList();
    }

    /**
     * Reports a successful branch, for nobody to wait for. Does not block; if nobody can take the report it is dropped and
     * counted, as the TC does without.
     */
    public void report(BranchReportRequest report) {
        var home = homeOf(report.getXid());
        var channel = home == null ? anyLive(report.getXid(), Set.of()) : home.pick(report.getXid());
        if (channel != null && !closed) {
            channel.report(report, false);
        } else if (home != null) {
            home.reportReturned(report);
        } else {
            pools.stream()
                    .findFirst()
                    .ifPresent(pool -> events.reportsDropped(pool.address(), 1, "no TC is connected"));
        }
    }

    /** Remembers which node gives xids with this head. */
    public void began(String xid, TcChannel channel) {
        var head = headOf(xid);
        channel.began(head);
        note(nodeByXidHead, head, channel.address());
    }

    private void note(Map<String, TcAddress> nodes, String head, TcAddress node) {
        if (!node.equals(nodes.get(head)) && isUsed(node)) {
            nodes.put(head, node);
        }
    }

    /** Announces a resource on all live connections and waits for their answers, each bounded by the connect timeout. */
    public void announce(String resourceId) {
        resources.add(resourceId, this::announceEverywhere).join();
    }

    private CompletableFuture<Void> announceEverywhere(Set<String> resourceIds) {
        var channels = live();
        var announcements = new CompletableFuture<?>[channels.size()];
        for (var i = 0; i < announcements.length; i++) {
            announcements[i] = factory.announce(channels.get(i), resourceIds);
        }
        return CompletableFuture.allOf(announcements);
    }

    /** Ends all connections; requests in flight get so long for their answers. */
    public void close(Duration limit) {
        closed = true;
        started.complete(null);
        var toEnd = subscription;
        try {
            if (toEnd != null) {
                toEnd.close();
            }
        } catch (Throwable e) {
            log.warn(
                    "[rpc] The discovery {} threw when nobody listened to it any more; the close goes on.",
                    discovery,
                    e);
        }
        following.lock(); // or pools that are being made now would start afterwards
        try {
            pools.forEach(ChannelPool::retire);
        } finally {
            following.unlock();
        }
        var channels = live();
        // What is left after the limit fails with the close, as lost.
        CompletableFuture.allOf(channels.stream().map(TcChannel::quiet).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        channels.forEach(channel -> channel.close("the client was closed"));
    }

    /** A slot's notice of a new connection. */
    void live(TcChannel channel) {
        // What was added while it registered. Who adds one from now on finds this channel live.
        var missing = new HashSet<>(resources.known());
        missing.removeAll(channel.registeredResources());
        if (!missing.isEmpty()) {
            factory.announce(channel, missing);
        }
        var resolved = channel.remoteAddress();
        if (resolved != null) {
            note(nodeByResolved, resolved, channel.address());
        }
        replaceRetired(channel.address());
        started.complete(null);
    }

    /**
     * The last connection to a node that the discovery no longer names is lost: nothing can be asked there again, and its
     * transactions are asked about like those of any unknown node.
     */
    void gone(ChannelPool retired) {
        following.lock();
        try {
            if (!closed && pools.contains(retired)) {
                use(pools.stream().filter(pool -> pool != retired).toList());
            }
        } finally {
            following.unlock();
        }
    }

    /** A node that was named anew is connected: what it was connected by before ends when nothing is in flight there. */
    private void replaceRetired(TcAddress node) {
        if (!isAnyRetired()) {
            return;
        }
        following.lock();
        try {
            var ofNode = pools.stream()
                    .filter(pool -> pool.address().equals(node))
                    .collect(Collectors.partitioningBy(ChannelPool::isRetired));
            var retired = ofNode.getOrDefault(true, List.of());
            if (retired.isEmpty()
                    || retired.size()
                            == ofNode.values().stream().mapToInt(List::size).sum()) {
                return;
            }
            pools = pools.stream().filter(pool -> !retired.contains(pool)).toList();
            retired.forEach(pool -> pool.end("the node was named anew by the discovery"));
        } finally {
            following.unlock();
        }
    }

    // Loops where a start comes along: each function would be a class that the JVM makes then.

    private boolean isUsed(TcAddress node) {
        for (var pool : pools) {
            if (pool.address().equals(node)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAnyRetired() {
        for (var pool : pools) {
            if (pool.isRetired()) {
                return true;
            }
        }
        return false;
    }

    /** A slot's notice that an attempt to connect has ended. */
    void attemptDecided() {
        for (var pool : pools) {
            if (!pool.isDecided()) {
                return;
            }
        }
        started.complete(null);
    }

    /** Looks for a sibling of the connection by which the answer came that waits for it. */
    void strayAnswer(TcChannel origin, int requestId, AbstractResultMessage answer) {
        var siblings = live().stream().filter(channel -> channel != origin).toList();
        offer(siblings.iterator(), origin, requestId, answer);
    }

    private static void offer(
            Iterator<TcChannel> siblings, TcChannel origin, int requestId, AbstractResultMessage answer) {
        if (!siblings.hasNext()) {
            origin.late(answer);
            return;
        }
        siblings.next().offerStray(requestId, answer).thenAccept(taken -> {
            if (!taken) {
                offer(siblings, origin, requestId, answer);
            }
        });
    }

    /** Brings the pools into line with the discovery. */
    private void follow() {
        // Short and without I/O; two notices at once must not make two pools for one node.
        following.lock();
        try {
            if (closed) {
                return;
            }
            Set<TcAddress> named = new LinkedHashSet<>(discovery.addresses());
            var next = new ArrayList<ChannelPool>();
            for (var pool : pools) {
                var isNamed = named.contains(pool.address());
                if (!isNamed && !pool.isRetired()) {
                    log.info("[tc {}] No longer named by the discovery; nothing more is begun there.", pool.address());
                    pool.retire();
                }
                // A retired node lives on for the transactions begun there, until its connections are lost; or, named
                // again, until a new pool has one.
                if (!pool.isRetired()) {
                    next.add(pool);
                    named.remove(pool.address());
                } else if (!pool.live().isEmpty()) {
                    next.add(pool);
                }
            }
            var added = new ArrayList<ChannelPool>();
            for (var address : named) {
                added.add(new ChannelPool(address, this, options, factory, commands, events));
            }
            next.addAll(added);
            use(List.copyOf(next));
            for (var pool : added) {
                pool.start();
            }
        } finally {
            following.unlock();
        }
    }

    /** Has these pools and no others, and forgets what was noted of other nodes. */
    private void use(List<ChannelPool> next) {
        pools = next;
        var addresses = new HashSet<TcAddress>();
        for (var pool : next) {
            addresses.add(pool.address());
        }
        nodeByXidHead.values().retainAll(addresses);
        nodeByResolved.values().retainAll(addresses);
    }

    private List<TcChannel> live() {
        var channels = new ArrayList<TcChannel>();
        for (var pool : pools) {
            channels.addAll(pool.live());
        }
        return channels;
    }

    /** The one node that may be asked about this xid, or null if any may. */
    private @Nullable ChannelPool homeOf(@Nullable String xid) {
        if (xid == null || raft) {
            return null;
        }
        var candidates = pools;
        var node = nodeOf(xid, candidates);
        ChannelPool home = null;
        for (var pool : candidates) {
            // Two while a node that was named anew is being connected to.
            if (pool.address().equals(node) && (home == null || home.live().isEmpty())) {
                home = pool;
            }
        }
        return home;
    }

    private @Nullable TcAddress nodeOf(String xid, List<ChannelPool> candidates) {
        for (var pool : candidates) {
            if (pool.address().heads(xid)) {
                return pool.address();
            }
        }
        var head = headOf(xid);
        var begun = nodeByXidHead.get(head);
        return begun == null ? nodeByResolved.get(head) : begun;
    }

    private @Nullable TcChannel anyLive(@Nullable String xid, Set<TcAddress> except) {
        var candidates = pools;
        var size = candidates.size();
        var first =
                options.loadBalancing() == LoadBalancing.XID && xid != null ? xid.hashCode() : turn.getAndIncrement();
        TcChannel best = null;
        Reluctance least = null;
        for (var i = 0; i < size; i++) {
            var pool = candidates.get(Math.floorMod(first + i, size));
            var channel = pool.isRetired() || except.contains(pool.address()) ? null : pool.pick(xid);
            if (channel == null) {
                continue;
            }
            var reluctance = pool.reluctance(channel, xid);
            if (least == null || reluctance.isLessThan(least)) {
                best = channel;
                least = reluctance;
            }
        }
        return best;
    }

    /** {@code host:port} of {@code host:port:number}; the host may hold colons itself. */
    private static String headOf(String xid) {
        var end = xid.lastIndexOf(':');
        return end < 0 ? "" : xid.substring(0, end);
    }

    private String noneLive() {
        var nodes = pools.stream().map(ChannelPool::describe).collect(Collectors.joining(", "));
        return pools.isEmpty()
                ? "The discovery names no TC node. Set seata.service.grouplist or check the registry."
                : "No TC is reachable: " + nodes
                        + ". The client keeps trying; check that the TC runs and that the addresses are right.";
    }

    private static String homeDown(ChannelPool home, @Nullable String xid) {
        return "The TC node of " + xid + " is not reachable: " + home.describe()
                + ". Another node may not know this transaction, so none was asked; the client keeps trying to reconnect.";
    }
}

package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.BranchCommandHandler;
import dev.lockstep.rpc.channel.ChannelEvents;
import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOwner;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.LoadBalancing;
import dev.lockstep.rpc.pool.Reluctance.Doubt;
import io.netty.channel.EventLoop;
import io.seata.core.protocol.AbstractIdentifyRequest;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one node, and whether it does its work. All requests of a global transaction use the same connection while
 * it lives.
 *
 * <p>What happens on its connections arrives on the node's event loop, and what is not volatile is confined to it; methods
 * without another word are thread-safe.
 */
final class ChannelPool implements ChannelOwner, ChannelSlot.Watcher {

    /**
     * A TC that reads at all answers something within this time; if it has not, other nodes are preferred until it does. A
     * commit that takes long may look the same, which costs that node nothing but some begins.
     */
    private static final Duration SUSPICIOUS_SILENCE = Duration.ofMillis(500);

    /** Requests on one connection at which a further one is worth making. */
    private static final int LOAD_TO_WAKE = 64;

    private final TcAddress address;
    private final TcCluster cluster;
    private final PoolOptions options;
    private final BranchCommandHandler commands;
    private final ChannelEvents events;
    private final EventLoop loop;
    private final List<ChannelSlot> slots;
    private final NodeHealth health;
    private final ConnectionLog connectionLog;
    private final @Nullable IdleSlots idleSlots;
    private final ReturnedReports returnedReports = new ReturnedReports();
    private final AtomicInteger turn = new AtomicInteger();

    /** Second phases that the TC asked for and that are not answered yet. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private volatile boolean retired;
    private volatile @Nullable String ending;
    private volatile boolean follower;

    ChannelPool(
            TcAddress address,
            TcCluster cluster,
            PoolOptions options,
            ChannelFactory factory,
            BranchCommandHandler commands,
            ChannelEvents events) {
        this.address = address;
        this.cluster = cluster;
        this.options = options;
        this.commands = commands;
        this.events = events;
        this.loop = factory.nextLoop();
        this.health = new NodeHealth(address, events, loop, options.probeInterval(), this::probe);
        this.connectionLog = new ConnectionLog(address, options.backoff().max().toMillis());
        this.slots = slots(factory);
        this.idleSlots = options.closesIdle()
                ? new IdleSlots(slots.subList(1, slots.size()), options.idleTime(), loop, connectionLog::closedIdle)
                : null;
    }

    private List<ChannelSlot> slots(ChannelFactory factory) {
        var made = new ArrayList<ChannelSlot>();
        for (var i = 0; i < options.maxConnections(); i++) {
            made.add(new ChannelSlot(address, loop, factory, options.backoff(), this, this));
        }
        return List.copyOf(made);
    }

    TcAddress address() {
        return address;
    }

    // Loops where a start comes along: each function would be a class that the JVM makes then.

    void start() {
        for (var slot : options.warmUp() ? slots : slots.subList(0, 1)) {
            slot.wake();
        }
        if (idleSlots != null) {
            idleSlots.watch();
        }
    }

    /** Makes no further attempt to connect; what is connected stays until it is lost, for the transactions begun there. */
    void retire() {
        retired = true;
        slots.forEach(ChannelSlot::stop);
        loop.execute(() -> {
            health.stop();
            dropped(returnedReports.drop(), "the node is no longer used");
            if (idleSlots != null) {
                idleSlots.stop();
            }
        });
    }

    /** Lets the connections go when every command that came over them is answered and nothing else is in flight. */
    void end(String reason) {
        ending = reason;
        endIfAnswered(reason);
    }

    private void endIfAnswered(String reason) {
        if (unanswered.get() == 0) {
            // One that came meanwhile has us called again with its answer.
            live().forEach(channel -> channel.quiet().thenRun(() -> {
                if (unanswered.get() == 0) {
                    channel.close(reason);
                }
            }));
        }
    }

    /** Whether the discovery no longer names this node; nothing is begun there any more. */
    boolean isRetired() {
        return retired;
    }

    /** The connection for this xid, or for any request if it is null; null if none is live. */
    @Nullable
    TcChannel pick(@Nullable String xid) {
        var size = slots.size();
        var first = size == 1 ? 0 : Math.floorMod(xid == null ? turn.getAndIncrement() : spread(xid.hashCode()), size);
        for (var i = 0; i < size; i++) {
            var channel = slots.get((first + i) % size).live();
            if (channel != null) {
                if (i > 0 && channel.load() >= LOAD_TO_WAKE) {
                    wakeOne();
                }
                return channel;
            }
        }
        return null;
    }

    /** A live connection by which a begin was answered with an xid of this head, or null. */
    @Nullable
    TcChannel beganWith(String head) {
        for (var slot : slots) {
            var channel = slot.live();
            if (channel != null && head.equals(channel.xidHead())) {
                return channel;
            }
        }
        return null;
    }

    /** Other bits than those by which a node may have been chosen: or each node would use some of its connections only. */
    private static int spread(int hash) {
        return (hash * 0x9E3779B9) >>> 16;
    }

    private void wakeOne() {
        slots.stream().filter(ChannelSlot::isAsleep).findFirst().ifPresent(ChannelSlot::wake);
    }

    /**
     * What there is to be said against sending something here that may go elsewhere too.
     *
     * @param xid the global transaction it is about; null for a begin, which is kept off at the slightest doubt, because another
     *     node takes it just as well
     */
    Reluctance reluctance(TcChannel picked, @Nullable String xid) {
        var silence = picked.silence();
        if (health.isSetAside()) {
            return new Reluctance(Doubt.SET_ASIDE, load());
        }
        if (silence.compareTo(SUSPICIOUS_SILENCE) > 0) {
            // Of several the one that was heard last: when this JVM stood still they all look so, and one may be dead.
            return new Reluctance(Doubt.SILENT, silence.toNanos());
        }
        if (follower) {
            return new Reluctance(Doubt.FOLLOWS, load());
        }
        if (xid == null && picked.isUnusuallySilent()) {
            return new Reluctance(Doubt.HESITATES, silence.toNanos());
        }
        return new Reluctance(Doubt.NONE, load());
    }

    /** Requests that wait for being written or answered, where that matters. */
    private long load() {
        return options.loadBalancing() == LoadBalancing.LEAST_IN_FLIGHT
                ? live().stream().mapToLong(TcChannel::load).sum()
                : 0;
    }

    /** Notes whether this node of a raft cluster has said that it is not the leader. */
    void follower(boolean isFollower) {
        follower = isFollower;
    }

    List<TcChannel> live() {
        var channels = new ArrayList<TcChannel>(slots.size());
        for (var slot : slots) {
            var channel = slot.live();
            if (channel != null) {
                channels.add(channel);
            }
        }
        return channels;
    }

    boolean isDecided() {
        for (var slot : slots) {
            if (!slot.isAsleep() && !slot.isDecided()) {
                return false;
            }
        }
        return true;
    }

    NodeState state() {
        var channels = live();
        return new NodeState(
                address,
                channels.size(),
                health.isSetAside(),
                !retired,
                channels.stream().mapToInt(TcChannel::inFlight).sum(),
                channels.isEmpty() ? null : channels.get(0).version().text(),
                lastError());
    }

    /** {@code host:port (why it is not connected)}, for error messages. */
    String describe() {
        return address + " (" + Objects.requireNonNullElse(lastError(), "still connecting") + ")";
    }

    private @Nullable String lastError() {
        return slots.stream()
                .map(ChannelSlot::lastError)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    // What happens to slots and channels

    @Override
    public void connected(TcChannel channel) {
        connectionLog.connected(channel);
        health.connected();
        returnedReports.repeatOver(channel);
        cluster.live(channel);
        // Last: who hears of it may use it, and finds every resource announced on it or about to be.
        events.connected(address, channel.version().text());
    }

    @Override
    public void lost(TcChannel channel, String reason) {
        connectionLog.lost(channel, reason);
    }

    @Override
    public void attemptFailed(String reason, int inARow) {
        connectionLog.failed(reason);
        events.connectFailed(address, reason);
        health.notConnected(inARow, reason);
    }

    @Override
    public void attemptDecided() {
        cluster.attemptDecided();
    }

    @Override
    public void settled() {
        if (slots.stream().allMatch(ChannelSlot::isSettled)) {
            connectionLog.settled();
        }
    }

    @Override
    public void answered(TcChannel channel, AbstractMessage request, AbstractResultMessage answer) {
        // A TC whose store hangs still takes registrations.
        if (!(request instanceof AbstractIdentifyRequest)) {
            health.answered();
        }
        if (idleSlots != null) {
            idleSlots.answered(channel, request, answer);
        }
    }

    @Override
    public void timedOut(TcChannel channel) {
        health.timedOut();
    }

    @Override
    public void closed(TcChannel channel, String reason) {
        if (idleSlots != null) {
            idleSlots.closed(channel);
        }
        slots.forEach(slot -> slot.closed(channel, reason));
        if (retired && live().isEmpty()) {
            cluster.gone(this);
        }
    }

    @Override
    public void strayAnswer(TcChannel channel, int requestId, AbstractResultMessage answer) {
        cluster.strayAnswer(channel, requestId, answer);
    }

    /**
     * Asks about a transaction that cannot exist, which any TC answers: so no caller has to try the node out. A ping would not
     * do, a TC whose store hangs answers it. Without a connection the attempts to make one are the probe.
     */
    private void probe() {
        var channel = retired ? null : pick(null);
        if (channel != null) {
            var request = new GlobalStatusRequest();
            request.setXid(address + ":0");
            channel.send(request, options.probeTimeout());
        }
    }

    // Reports

    @Override
    public void reportReturned(TcChannel channel, BranchReportRequest report) {
        reportReturned(report);
    }

    /** Has a report sent that found no connection, as soon as there is one. */
    void reportReturned(BranchReportRequest report) {
        try {
            loop.execute(() -> repeat(report));
        } catch (RejectedExecutionException e) {
            dropped(1, "the client is closed");
        }
    }

    private void repeat(BranchReportRequest report) {
        var sibling = pick(report.getXid());
        if (sibling != null) {
            sibling.report(report, true);
        } else if (retired || !returnedReports.offer(report)) {
            dropped(1, "the connection was lost");
        }
    }

    private void dropped(int reports, String reason) {
        if (reports > 0) {
            events.reportsDropped(address, reports, reason);
        }
    }

    // Branch commands

    @Override
    public void command(TcChannel channel, int requestId, AbstractMessage command, long arrivedNanos) {
        if (command instanceof AbstractBranchEndRequest) {
            unanswered.incrementAndGet();
        }
        commands.handle(command, response -> {
            try {
                if (!channel.reply(requestId, response)) {
                    replyElsewhere(channel, arrivedNanos, requestId, response);
                }
            } finally {
                commandAnswered();
            }
            if (idleSlots != null) {
                channel.onLoop(() -> idleSlots.ended(response.getBranchId(), response.getBranchStatus()));
            }
        });
    }

    private void commandAnswered() {
        if (unanswered.decrementAndGet() == 0) {
            var reason = ending;
            if (reason != null) {
                endIfAnswered(reason);
            }
        }
    }

    /**
     * Answers over a sibling when the connection of the command is gone: the TC takes an answer from any connection, by id
     * alone. Only over one that was there when the command came, and leads to the same address. A later one may lead to a TC that
     * was restarted since, and a name to several TCs; ids begin at 1 in each, and the answer would be taken for that of another
     * branch. Without a sibling nothing is sent, and the TC repeats the command.
     */
    private void replyElsewhere(TcChannel closed, long arrivedNanos, int requestId, AbstractMessage response) {
        var tc = closed.remoteAddress();
        live().stream()
                .filter(sibling -> sibling.registeredNanos() - arrivedNanos <= 0)
                .filter(sibling -> tc != null && tc.equals(sibling.remoteAddress()))
                .findFirst()
                .ifPresent(sibling -> sibling.reply(requestId, response));
    }
}

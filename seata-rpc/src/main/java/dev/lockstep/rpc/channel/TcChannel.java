package dev.lockstep.rpc.channel;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.codec.FrameDecoder;
import dev.lockstep.rpc.codec.TcVersion;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.channel.Channel;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.AbstractGlobalEndRequest;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one TC node.
 *
 * <p>A request ends in one of four ways, all told by its future: answered; {@link TcUnreachableException} if no byte of it
 * was given to the connection; {@link AnswerLostException} if it was and the time ran out or the connection closed (then all
 * requests in flight fail at once); {@code WireLimitException} if the protocol cannot carry it.
 *
 * <p>Public methods are thread-safe; the rest is confined to the channel's event loop.
 */
public final class TcChannel {

    /** How late a timeout may be noticed. */
    private static final long TIMEOUT_CHECK_MILLIS = 100;

    private static final String NO_TIMER = "no timer could be had for its timeouts";

    private static final Logger log = LoggerFactory.getLogger(TcChannel.class);

    private final TcAddress address;
    private final Channel channel;
    private final ChannelOwner owner;
    private final ChannelEvents events;
    private final LongSupplier nanoClock;
    private final InFlightRequests inFlight = new InFlightRequests();
    private final WriteCoalescer writes;
    private final BranchReports reports;
    private final Silence silence = new Silence();
    private final AtomicReference<@Nullable String> closeReason = new AtomicReference<>();

    private volatile TcVersion version = TcVersion.UNKNOWN;
    private volatile long registeredNanos;
    private volatile Set<String> registeredResources = Set.of();
    private volatile @Nullable String xidHead;
    private volatile int inFlightSize;
    private volatile long lastFlushNanos;
    private boolean watchingTimeouts;
    private @Nullable CompletableFuture<Void> quiet;

    TcChannel(
            TcAddress address,
            Channel channel,
            ChannelOwner owner,
            ChannelEvents events,
            RequestIds ids,
            int maxWaitingRequests,
            ReportOptions reportOptions,
            LongSupplier nanoClock) {
        this.address = address;
        this.channel = channel;
        this.owner = owner;
        this.events = events;
        this.nanoClock = nanoClock;
        this.lastFlushNanos = nanoClock.getAsLong();
        this.writes = new WriteCoalescer(this, channel, ids, inFlight, maxWaitingRequests);
        // Half of the room, so that reports, for which nobody waits, never push out requests.
        this.reports = new BranchReports(
                this, channel.eventLoop(), writes, owner, events, reportOptions, maxWaitingRequests / 2, nanoClock);
    }

    /** Sends a request. Does not block; the future completes on the event loop. */
    public CompletableFuture<AbstractResultMessage> send(AbstractMessage message, Duration timeout) {
        var request = new Request(message, nanoClock.getAsLong(), timeout.toNanos());
        if (!writes.offer(request)) {
            notSent(request, "too many requests wait for being written already");
        }
        return request.answer();
    }

    /**
     * Sends the report of a successful branch, together with others or when it has lingered long enough. Does not block and
     * gives no outcome: if it is lost with the connection the owner gets it back once, everything else is only counted.
     *
     * @param isRepetition whether it was lost with another connection before
     */
    public void report(BranchReportRequest message, boolean isRepetition) {
        reports.report(message, isRepetition);
    }

    /**
     * Answers a request of the TC. Does not block.
     *
     * @param requestId the TC's id
     * @return false if the channel is closed; true says only that the answer is on its way
     */
    public boolean reply(int requestId, AbstractMessage message) {
        return isActive() && writes.offer(new Reply(requestId, message));
    }

    /** Gives an answer that came over another connection; completes with whether a request here waited for it. */
    public CompletableFuture<Boolean> offerStray(int requestId, AbstractResultMessage answer) {
        return CompletableFuture.supplyAsync(() -> complete(requestId, answer), channel.eventLoop());
    }

    public boolean isActive() {
        return channel.isActive() && closeReason.get() == null;
    }

    public TcAddress address() {
        return address;
    }

    /** {@code ip:port} of the TC, as a TC writes its own address at the head of an xid; null if it is not known. */
    public @Nullable String remoteAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                : null;
    }

    /** Notes that the TC at the other end has begun a global transaction with an xid of this head. */
    public void began(String head) {
        if (!head.equals(xidHead)) {
            xidHead = head;
        }
    }

    /** How the xids begin that the TC at the other end gives; null as long as it has given none by this connection. */
    public @Nullable String xidHead() {
        return xidHead;
    }

    public TcVersion version() {
        return version;
    }

    /** When the registration was complete, on the client's clock. */
    public long registeredNanos() {
        return registeredNanos;
    }

    /** The resources its registration took along; those announced later are not in it. */
    public Set<String> registeredResources() {
        return registeredResources;
    }

    /** Notes an answer that nobody on any connection waits for. */
    public void late(AbstractResultMessage answer) {
        var name = answer.getClass().getSimpleName();
        log.debug("{} Nobody waits (any more) for this answer: {}", this, answer);
        events.lateAnswer(address, name);
    }

    /** Requests written and not answered. */
    public int inFlight() {
        return inFlightSize;
    }

    /** Requests that wait for being written or answered: how busy the connection is. */
    public int load() {
        return inFlightSize + writes.size();
    }

    /** How long the TC has not sent a byte although something was written that it should answer; 0 if there is no such thing. */
    public Duration silence() {
        return Duration.ofNanos(silence.nanos(nanoClock.getAsLong()));
    }

    /**
     * Whether the TC keeps silent for longer than it usually does, or owes more answers than it usually does since it said
     * anything. True for a moment now and then without any fault; a reason to prefer another node, and for nothing else.
     */
    public boolean isUnusuallySilent() {
        return silence.isUnusual(nanoClock.getAsLong(), writes.size());
    }

    /** How long nothing was sent but heartbeats; 0 while anything waits for being written or answered. */
    public Duration idle() {
        return load() > 0 ? Duration.ZERO : Duration.ofNanos(nanoClock.getAsLong() - lastFlushNanos);
    }

    /** Runs a task on the channel's event loop, or not at all if that has ended with the client. */
    public void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("{} The event loop has ended.", this);
        }
    }

    /** Sends what lingers and completes once nothing is queued or in flight. */
    public CompletableFuture<Void> quiet() {
        var result = new CompletableFuture<Void>();
        channel.eventLoop().execute(() -> {
            reports.sendAll();
            quiet = result;
            noticeQuiet();
        });
        return result;
    }

    /** Closes the connection; what is in flight fails with this reason. Does not block; later calls change nothing. */
    public void close(String reason) {
        closeReason.compareAndSet(null, reason);
        channel.close();
    }

    /** {@code [channel id, local, remote]}, the head of its log lines. */
    @Override
    public String toString() {
        return "[channel " + channel.id().asShortText() + ", " + channel.localAddress() + ", " + address + "]";
    }

    String localIp() {
        return channel.localAddress() instanceof InetSocketAddress local
                ? local.getAddress().getHostAddress()
                : "";
    }

    void registered(TcVersion tcVersion) {
        version = tcVersion;
        channel.pipeline().get(FrameDecoder.class).peer(tcVersion);
    }

    void registrationComplete(Set<String> resourceIds) {
        registeredResources = resourceIds;
        registeredNanos = nanoClock.getAsLong();
    }

    void received(int requestId, AbstractResultMessage answer) {
        if (!complete(requestId, answer)) {
            owner.strayAnswer(this, requestId, answer);
        }
    }

    /** The answers to requests that left in one frame, in its order. */
    void received(int frameId, AbstractResultMessage[] answers) {
        var frame = inFlight.merged(frameId);
        var requestIds = frame == null ? List.<Integer>of() : frame.requestIds();
        for (var i = 0; i < answers.length; i++) {
            if (i >= requestIds.size() || !complete(requestIds.get(i), answers[i])) {
                late(answers[i]);
            }
        }
        // Fewer answers than requests: the others may have been executed and will not be answered any more (measured
        // on TC 1.6.1, and on every other where one of the requests threw).
        var now = nanoClock.getAsLong();
        for (var i = answers.length; i < requestIds.size(); i++) {
            var request = inFlight.take(requestIds.get(i));
            if (request != null) {
                lost(request, "the TC left its answer out of a merged one", now);
            }
        }
        noticeQuiet();
    }

    /** Something beside requests was written that the TC should answer. */
    void asked() {
        silence.asked(nanoClock.getAsLong(), 0);
    }

    /** Something came in. */
    void heard() {
        silence.heard(nanoClock.getAsLong());
        inFlightSize = inFlight.size();
    }

    void receivedCommand(int requestId, AbstractMessage command) {
        if (command instanceof AbstractBranchEndRequest end) {
            reports.transactionEnds(end.getXid());
        }
        owner.command(this, requestId, command, nanoClock.getAsLong());
    }

    private boolean complete(int requestId, AbstractResultMessage answer) {
        var request = inFlight.take(requestId, answer);
        if (request == null) {
            return false;
        }
        try {
            events.answered(address, request.name(), request.ageNanos(nanoClock.getAsLong()));
            owner.answered(this, request.message(), answer);
        } finally {
            // It waits in no list any more: nobody else would wake the caller.
            request.complete(answer);
            noticeQuiet();
        }
        return true;
    }

    /** A request is about to be written. */
    void leaves(AbstractMessage message) {
        if (message instanceof GlobalCommitRequest || message instanceof GlobalRollbackRequest) {
            reports.transactionEnds(((AbstractGlobalEndRequest) message).getXid());
        }
    }

    void writabilityChanged() {
        writes.writabilityChanged();
    }

    void flushed(int frames, int bytes) {
        var before = inFlightSize;
        inFlightSize = inFlight.size();
        lastFlushNanos = nanoClock.getAsLong();
        if (inFlightSize > 0) {
            silence.asked(lastFlushNanos, Math.max(0, inFlightSize - before));
        }
        events.flushed(address, frames, bytes);
    }

    void notSent(Request request, String reason) {
        if (request.answer().isDone()) {
            return;
        }
        try {
            events.notSent(address, request.name());
            request.fail(new TcUnreachableException(
                    request.name() + " was not sent to TC " + address + ": " + reason, null));
        } catch (Throwable e) {
            failAnyhow(request, e);
        }
    }

    String closeReason() {
        var reason = closeReason.get();
        return reason == null ? "the TC closed the connection" : reason;
    }

    /** Fails everything at once: who waits shall not wait for the timeout of a connection that is gone. */
    void inactive() {
        assert channel.eventLoop().inEventLoop();
        closeReason.compareAndSet(null, "the TC closed the connection");
        var reason = closeReason();
        var now = nanoClock.getAsLong();
        var failed = inFlight.size();
        try {
            inAnyCase(() -> inFlight.takeAll().forEach(request -> lost(request, reason, now)));
            inAnyCase(() -> reports.connectionLost(reason));
            inAnyCase(() -> writes.failQueued(reason));
            inFlightSize = 0;
            inAnyCase(this::noticeQuiet);
            inAnyCase(() -> events.disconnected(address, reason, failed));
        } finally {
            owner.closed(this, reason);
        }
    }

    /** Goes on whatever the step throws, where memory is short above all: others wait for those that follow. */
    private void inAnyCase(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            log.error("{} An error of our own at the end of the connection; please report it.", this, e);
        }
    }

    /** Makes sure that timeouts are looked for as long as anything waits. */
    void watchTimeouts() {
        if (!watchingTimeouts && (!inFlight.isEmpty() || !writes.isEmpty())) {
            try {
                channel.eventLoop().schedule(this::failExpired, TIMEOUT_CHECK_MILLIS, TimeUnit.MILLISECONDS);
                watchingTimeouts = true;
            } catch (Throwable e) {
                // Memory is short for a timer: who waits would wait for ever, so the close fails them all.
                close(NO_TIMER);
                log.error("{} Timeouts cannot be watched; the connection is closed and opened anew.", this, e);
            }
        }
    }

    private void failExpired() {
        watchingTimeouts = false;
        try {
            var now = nanoClock.getAsLong();
            var expired = inFlight.takeExpired(now);
            expired.forEach(request -> lost(request, "the time ran out", now));
            inFlightSize = inFlight.size();
            if (writes.failExpired(now) || !expired.isEmpty()) {
                owner.timedOut(this);
            }
            noticeQuiet();
        } finally {
            watchTimeouts();
        }
    }

    private void lost(Request request, String reason, long now) {
        try {
            events.lost(address, request.name(), request.ageNanos(now));
            log.debug("{} No answer to {}: {}", this, request.name(), reason);
            request.fail(new AnswerLostException(
                    "No answer of TC " + address + " to " + request.name() + " after "
                            + request.ageNanos(now) / 1_000_000 + " ms: " + reason,
                    null));
        } catch (Throwable e) {
            failAnyhow(request, e);
        }
    }

    /** Memory was too short for saying more. Who waits is woken all the same, and so are those who come after it in a list. */
    private void failAnyhow(Request request, Throwable e) {
        request.fail(e);
        log.error("{} An error of our own when {} failed; please report it.", this, request.name(), e);
    }

    private boolean isWaiting() {
        return !inFlight.isEmpty() || !writes.isEmpty() || !reports.isNoneGathered();
    }

    private void noticeQuiet() {
        if (quiet != null && !isWaiting()) {
            quiet.complete(null);
        }
    }
}

package dev.lockstep.rpc;

import dev.lockstep.rpc.channel.BranchCommandHandler;
import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOptions;
import dev.lockstep.rpc.channel.IoThreads;
import dev.lockstep.rpc.channel.Registration;
import dev.lockstep.rpc.channel.ReportOptions;
import dev.lockstep.rpc.channel.RequestIds;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.pool.Backoff;
import dev.lockstep.rpc.pool.PoolOptions;
import dev.lockstep.rpc.pool.ResourceIds;
import dev.lockstep.rpc.pool.TcCluster;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * What a client has between its opening and its close: connections, threads, and what executes the commands of the TC. Wired
 * here. Thread-safe.
 */
final class Connected {

    private final TcCluster cluster;
    private final BranchCommandHandler commands;
    private final IoThreads threads;
    private final Conversation conversation;

    private Connected(TcCluster cluster, BranchCommandHandler commands, IoThreads threads, Conversation conversation) {
        this.cluster = cluster;
        this.commands = commands;
        this.threads = threads;
        this.conversation = conversation;
    }

    /** Makes all of it; connects to nobody yet. */
    static Connected of(
            RpcOptions options,
            Discovery discovery,
            ResourceIds resources,
            SeataRpcClient.PhaseTwo executing,
            RpcListener listener,
            LongSupplier nanoClock) {
        var threads = new IoThreads();
        // To differ from other processes, not to be unguessable: a SecureRandom loads half of the security providers.
        var random = new Random();
        var events = new GuardedListener(listener);
        var commands = new BranchCommandHandler(
                executing.inbound(),
                executing.sweep(),
                options.branchCommandThreads(),
                options.branchCommandQueue(),
                events,
                nanoClock);
        var channelOptions = channelOptions(options);
        var factory = new ChannelFactory(
                channelOptions,
                new Registration(channelOptions, resources::known),
                new RequestIds(random.nextInt()),
                events,
                threads,
                nanoClock);
        var backoff = new Backoff(options.reconnectMin(), options.reconnectMax(), random);
        var cluster = new TcCluster(discovery, poolOptions(options, backoff), factory, resources, commands, events);
        return new Connected(cluster, commands, threads, new Conversation(cluster, options));
    }

    private static ChannelOptions channelOptions(RpcOptions options) {
        return new ChannelOptions(
                options.applicationId(),
                options.transactionServiceGroup(),
                options.accessKey(),
                options.secretKey(),
                options.connectTimeout(),
                options.heartbeatInterval(),
                options.deadAfter(),
                options.maxWaitingRequests(),
                new ReportOptions(
                        options.reportBatchSize(),
                        options.reportLinger(),
                        options.reportForm(),
                        options.spareReports(),
                        options.rmRequestTimeout()));
    }

    private static PoolOptions poolOptions(RpcOptions options, Backoff backoff) {
        return new PoolOptions(
                options.maxConnections(),
                options.keepAlive(),
                options.idleTime(),
                options.warmUp(),
                options.loadBalancing(),
                options.probeInterval(),
                options.tmRequestTimeout(),
                backoff,
                options.startupWait());
    }

    /** Starts connecting; waits for nobody. */
    void open() {
        cluster.open();
    }

    Conversation conversation() {
        return conversation;
    }

    /** See {@link TcCluster#announce}. */
    void announce(String resourceId) {
        cluster.announce(resourceId);
    }

    /** See {@link TcCluster#awaitFirstAttempts}. */
    void awaitFirstAttempts() {
        cluster.awaitFirstAttempts();
    }

    RpcState state() {
        return new RpcState(true, cluster.state(), commands.waiting());
    }

    /** Ends what was made and never used. */
    void abandon() {
        try {
            cluster.close(Duration.ZERO);
        } finally {
            threads.close(Duration.ZERO);
        }
    }

    /**
     * Lets branch commands that run end, then requests in flight, and ends the connections.
     *
     * @param limit for each of these steps
     * @return whether the event loop has ended, too
     */
    boolean close(Duration limit) {
        boolean ended;
        try {
            commands.close(limit);
        } finally {
            try {
                cluster.close(limit);
            } finally {
                ended = threads.close(limit);
            }
        }
        return ended;
    }
}

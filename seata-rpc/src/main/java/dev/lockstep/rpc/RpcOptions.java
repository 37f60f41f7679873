package dev.lockstep.rpc;

import dev.lockstep.rpc.policy.LoadBalancing;
import dev.lockstep.rpc.policy.ReportForm;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one client. Immutable; each default stands with its reason beside its constant. What a setting means is said
 * at {@link Builder}, whose methods have the same names as those that give the values here.
 */
public final class RpcOptions {

    /** A TC in the same network accepts within milliseconds; 3 s survives one lost SYN and its repetition. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Long enough for a first connection, short enough for a caller; it ends earlier if all nodes refuse. */
    public static final Duration DEFAULT_STARTUP_WAIT = Duration.ofSeconds(3);

    /** Begin, status and report touch no branch: a TC that takes longer is in trouble, and the caller should know soon. */
    public static final Duration DEFAULT_TM_REQUEST_TIMEOUT = Duration.ofSeconds(3);

    /**
     * A rollback takes as long as its branches, one after the other, and one branch that does not answer costs 15 s (30 s on
     * TC 1.6.0 and older). This is the official client's figure too.
     */
    public static final Duration DEFAULT_GLOBAL_END_TIMEOUT = Duration.ofSeconds(30);

    /** The official client's figure: a TC that stores sessions in a slow database may need it. */
    public static final Duration DEFAULT_RM_REQUEST_TIMEOUT = Duration.ofSeconds(15);

    /** A third of the TC's own limit, so that two may be lost. */
    public static final Duration DEFAULT_HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    /** The silence after which the TC, too, gives up a connection. */
    public static final Duration DEFAULT_DEAD_AFTER = Duration.ofSeconds(15);

    /** The first attempt waits for nothing; the second gives a restarting process a moment. */
    public static final Duration DEFAULT_RECONNECT_MIN = Duration.ofMillis(100);

    /** Second phases stall until the RM is back, so a TC that returns should not wait longer for its clients. */
    public static final Duration DEFAULT_RECONNECT_MAX = Duration.ofSeconds(5);

    /** One connection carries more pipelined requests than a TC answers; what gathers, gathers at one place. */
    public static final int DEFAULT_MAX_CONNECTIONS = 1;

    /** More connections than this are a burden to the TC and no help to the client. */
    public static final int HIGHEST_MAX_CONNECTIONS = 20;

    /** A connection that is open costs next to nothing, and one to be made costs a caller some round trips. */
    public static final boolean DEFAULT_KEEP_ALIVE = true;

    /** The same, at the first load after the start. */
    public static final boolean DEFAULT_WARM_UP = true;

    /** Far above the pauses of a service under load, so that a connection is not closed to be made again. */
    public static final Duration DEFAULT_IDLE_TIME = Duration.ofMinutes(1);

    /** Five seconds without a node that is back is what a cluster with others can afford. */
    public static final Duration DEFAULT_PROBE_INTERVAL = Duration.ofSeconds(5);

    /** Of 32 reports 31 need no frame or flush of their own; more would gain little and wait longer. */
    public static final int DEFAULT_REPORT_BATCH_SIZE = 32;

    /** Nobody waits for a report, but the TC's console shows it, and a commit soon makes it useless. */
    public static final Duration DEFAULT_REPORT_LINGER = Duration.ofMillis(20);

    /** The TC does nothing with the report of a transaction that has ended. */
    public static final boolean DEFAULT_SPARE_REPORTS = true;

    /** Rollbacks wait for the database most of their time; this is the size of a common connection pool, and a bit. */
    public static final int DEFAULT_BRANCH_COMMAND_THREADS = 16;

    /** A command waits here at most some seconds; what does not fit is answered "later" and comes again. */
    public static final int DEFAULT_BRANCH_COMMAND_QUEUE = 1_000;

    /** More callers than this cannot be helped by waiting. */
    public static final int DEFAULT_MAX_WAITING_REQUESTS = 10_000;

    /** What is in flight at a shutdown usually ends within milliseconds. The official client waits as long. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final String applicationId;
    private final String transactionServiceGroup;
    private final @Nullable String accessKey;
    private final @Nullable String secretKey;
    private final Duration connectTimeout;
    private final Duration startupWait;
    private final Duration tmRequestTimeout;
    private final Duration globalEndTimeout;
    private final Duration rmRequestTimeout;
    private final Duration heartbeatInterval;
    private final Duration deadAfter;
    private final Duration reconnectMin;
    private final Duration reconnectMax;
    private final int maxConnections;
    private final boolean keepAlive;
    private final Duration idleTime;
    private final boolean warmUp;
    private final LoadBalancing loadBalancing;
    private final Duration probeInterval;
    private final int reportBatchSize;
    private final Duration reportLinger;
    private final ReportForm reportForm;
    private final boolean spareReports;
    private final int branchCommandThreads;
    private final int branchCommandQueue;
    private final int maxWaitingRequests;
    private final Duration closeTimeout;

    private RpcOptions(Builder builder) {
        applicationId = builder.applicationId;
        transactionServiceGroup = builder.transactionServiceGroup;
        accessKey = builder.accessKey;
        secretKey = builder.secretKey;
        connectTimeout = builder.connectTimeout;
        startupWait = builder.startupWait;
        tmRequestTimeout = builder.tmRequestTimeout;
        globalEndTimeout = builder.globalEndTimeout;
        rmRequestTimeout = builder.rmRequestTimeout;
        heartbeatInterval = builder.heartbeatInterval;
        deadAfter = builder.deadAfter;
        reconnectMin = builder.reconnectMin;
        reconnectMax = builder.reconnectMax;
        maxConnections = builder.maxConnections;
        keepAlive = builder.keepAlive;
        idleTime = builder.idleTime;
        warmUp = builder.warmUp;
        loadBalancing = builder.loadBalancing;
        probeInterval = builder.probeInterval;
        reportBatchSize = builder.reportBatchSize;
        reportLinger = builder.reportLinger;
        reportForm = builder.reportForm;
        spareReports = builder.spareReports;
        branchCommandThreads = builder.branchCommandThreads;
        branchCommandQueue = builder.branchCommandQueue;
        maxWaitingRequests = builder.maxWaitingRequests;
        closeTimeout = builder.closeTimeout;
    }

    /**
     * @param applicationId the name of the service; all its instances share it, and the TC may send the second phase of a
     *     branch to any of them. Holds no colon, which the TC takes for the end of the name
     * @param transactionServiceGroup stored and logged by the TC; which nodes belong to it, the discovery decides
     */
    public static Builder builder(String applicationId, String transactionServiceGroup) {
        return new Builder(applicationId, transactionServiceGroup);
    }

    public String applicationId() {
        return applicationId;
    }

    public String transactionServiceGroup() {
        return transactionServiceGroup;
    }

    public @Nullable String accessKey() {
        return accessKey;
    }

    public @Nullable String secretKey() {
        return secretKey;
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public Duration startupWait() {
        return startupWait;
    }

    public Duration tmRequestTimeout() {
        return tmRequestTimeout;
    }

    public Duration globalEndTimeout() {
        return globalEndTimeout;
    }

    public Duration rmRequestTimeout() {
        return rmRequestTimeout;
    }

    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    public Duration deadAfter() {
        return deadAfter;
    }

    public Duration reconnectMin() {
        return reconnectMin;
    }

    public Duration reconnectMax() {
        return reconnectMax;
    }

    public int maxConnections() {
        return maxConnections;
    }

    public boolean keepAlive() {
        return keepAlive;
    }

    public Duration idleTime() {
        return idleTime;
    }

    public boolean warmUp() {
        return warmUp;
    }

    public LoadBalancing loadBalancing() {
        return loadBalancing;
    }

    public Duration probeInterval() {
        return probeInterval;
    }

    public int reportBatchSize() {
        return reportBatchSize;
    }

    public Duration reportLinger() {
        return reportLinger;
    }

    public ReportForm reportForm() {
        return reportForm;
    }

    public boolean spareReports() {
        return spareReports;
    }

    public int branchCommandThreads() {
        return branchCommandThreads;
    }

    public int branchCommandQueue() {
        return branchCommandQueue;
    }

    public int maxWaitingRequests() {
        return maxWaitingRequests;
    }

    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Collects settings; each setter checks its value at once. Not thread-safe. */
    public static final class Builder {

        private final String applicationId;
        private final String transactionServiceGroup;
        private @Nullable String accessKey;
        private @Nullable String secretKey;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration startupWait = DEFAULT_STARTUP_WAIT;
        private Duration tmRequestTimeout = DEFAULT_TM_REQUEST_TIMEOUT;
        private Duration globalEndTimeout = DEFAULT_GLOBAL_END_TIMEOUT;
        private Duration rmRequestTimeout = DEFAULT_RM_REQUEST_TIMEOUT;
        private Duration heartbeatInterval = DEFAULT_HEARTBEAT_INTERVAL;
        private Duration deadAfter = DEFAULT_DEAD_AFTER;
        private Duration reconnectMin = DEFAULT_RECONNECT_MIN;
        private Duration reconnectMax = DEFAULT_RECONNECT_MAX;
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private boolean keepAlive = DEFAULT_KEEP_ALIVE;
        private Duration idleTime = DEFAULT_IDLE_TIME;
        private boolean warmUp = DEFAULT_WARM_UP;
        private LoadBalancing loadBalancing = LoadBalancing.XID;
        private Duration probeInterval = DEFAULT_PROBE_INTERVAL;
        private int reportBatchSize = DEFAULT_REPORT_BATCH_SIZE;
        private Duration reportLinger = DEFAULT_REPORT_LINGER;
        private ReportForm reportForm = ReportForm.AUTO;
        private boolean spareReports = DEFAULT_SPARE_REPORTS;
        private int branchCommandThreads = DEFAULT_BRANCH_COMMAND_THREADS;
        private int branchCommandQueue = DEFAULT_BRANCH_COMMAND_QUEUE;
        private int maxWaitingRequests = DEFAULT_MAX_WAITING_REQUESTS;
        private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;

        private Builder(String applicationId, String transactionServiceGroup) {
            if (applicationId.isBlank() || applicationId.indexOf(':') >= 0) {
                throw new IllegalArgumentException(
                        "The application id \"" + applicationId
                                + "\" is blank or holds a colon; the TC would cut it there. Set seata.application-id to a plain name.");
            }
            if (transactionServiceGroup.isBlank()) {
                throw new IllegalArgumentException(
                        "The transaction service group is blank. Set seata.tx-service-group.");
            }
            this.applicationId = applicationId;
            this.transactionServiceGroup = transactionServiceGroup;
        }

        /** Names the client to a TC that checks who registers; the open-source one accepts everybody. */
        public Builder accessKey(@Nullable String accessKey) {
            this.accessKey = accessKey;
            return this;
        }

        /** Signs the registration; never sent. */
        public Builder secretKey(@Nullable String secretKey) {
            this.secretKey = secretKey;
            return this;
        }

        /** For the TCP connection, and again for each answer of a registration. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = positive(connectTimeout, "connectTimeout");
            return this;
        }

        /**
         * How long calls may wait, right after the start, until the first attempts to connect are decided. Later a call with
         * no live connection fails at once. Zero is allowed.
         */
        public Builder startupWait(Duration startupWait) {
            if (startupWait.isNegative()) {
                throw new IllegalArgumentException("startupWait is " + startupWait + "; it must not be negative.");
            }
            this.startupWait = startupWait;
            return this;
        }

        /** How long a begin, a status query or a global report waits for its answer. */
        public Builder tmRequestTimeout(Duration tmRequestTimeout) {
            this.tmRequestTimeout = positive(tmRequestTimeout, "tmRequestTimeout");
            return this;
        }

        /** How long a global commit or rollback waits for its answer; both may include the work of branches. */
        public Builder globalEndTimeout(Duration globalEndTimeout) {
            this.globalEndTimeout = positive(globalEndTimeout, "globalEndTimeout");
            return this;
        }

        /** How long a branch registration, a branch report or a lock query waits for its answer. */
        public Builder rmRequestTimeout(Duration rmRequestTimeout) {
            this.rmRequestTimeout = positive(rmRequestTimeout, "rmRequestTimeout");
            return this;
        }

        /** Silence on the way out after which a heartbeat is sent; must be below {@link #deadAfter}. */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            this.heartbeatInterval = positive(heartbeatInterval, "heartbeatInterval");
            return this;
        }

        /** Silence on the way in after which a connection is given up. */
        public Builder deadAfter(Duration deadAfter) {
            this.deadAfter = positive(deadAfter, "deadAfter");
            return this;
        }

        /** The wait after a first failed attempt to connect; it doubles up to {@link #reconnectMax}. */
        public Builder reconnectMin(Duration reconnectMin) {
            this.reconnectMin = positive(reconnectMin, "reconnectMin");
            return this;
        }

        /** The longest wait between attempts to connect. */
        public Builder reconnectMax(Duration reconnectMax) {
            this.reconnectMax = positive(reconnectMax, "reconnectMax");
            return this;
        }

        /** The most connections to each TC node, 1 to {@link #HIGHEST_MAX_CONNECTIONS}; each serves all resources. */
        public Builder maxConnections(int maxConnections) {
            if (maxConnections < 1 || maxConnections > HIGHEST_MAX_CONNECTIONS) {
                throw new IllegalArgumentException("maxConnections is " + maxConnections + "; it must be from 1 to "
                        + HIGHEST_MAX_CONNECTIONS + ".");
            }
            this.maxConnections = maxConnections;
            return this;
        }

        /**
         * Whether connections beyond the first of a node stay when they are idle; true by default. If not, one is closed after
         * the {@link #idleTime}, unless a branch that was registered over it awaits its second phase.
         */
        public Builder keepAlive(boolean keepAlive) {
            this.keepAlive = keepAlive;
            return this;
        }

        /** How long a connection beyond the first must be without requests to be closed, if it may be at all. */
        public Builder idleTime(Duration idleTime) {
            this.idleTime = positive(idleTime, "idleTime");
            return this;
        }

        /**
         * Whether all connections are made at the start; true by default. If not, one is, and each further one when those that
         * exist have many requests in flight.
         */
        public Builder warmUp(boolean warmUp) {
            this.warmUp = warmUp;
            return this;
        }

        /** Which of several nodes a request goes to that need not go to a certain one. */
        public Builder loadBalancing(LoadBalancing loadBalancing) {
            this.loadBalancing = Objects.requireNonNull(loadBalancing, "loadBalancing");
            return this;
        }

        /** How often a node that was set aside is asked whether it answers again. */
        public Builder probeInterval(Duration probeInterval) {
            this.probeInterval = positive(probeInterval, "probeInterval");
            return this;
        }

        /** Reports of successful branches that leave together; 1 sends each by itself. */
        public Builder reportBatchSize(int reportBatchSize) {
            this.reportBatchSize = positive(reportBatchSize, "reportBatchSize");
            return this;
        }

        /** How long a report of a successful branch may wait for others to leave with. */
        public Builder reportLinger(Duration reportLinger) {
            this.reportLinger = positive(reportLinger, "reportLinger");
            return this;
        }

        /** How reports that leave together are packed. */
        public Builder reportForm(ReportForm reportForm) {
            this.reportForm = Objects.requireNonNull(reportForm, "reportForm");
            return this;
        }

        /**
         * Whether a report of a successful branch is not sent any more once this client has asked to end its global transaction,
         * or was given its second phase; true by default. The TC does nothing with such a report but refuse it. One that brings
         * application data is always sent. If false, every report is, for those who read them in the TC's log or console.
         */
        public Builder spareReports(boolean spareReports) {
            this.spareReports = spareReports;
            return this;
        }

        /** Threads for branch commits, and as many again for branch rollbacks; they exist only while there is work. */
        public Builder branchCommandThreads(int branchCommandThreads) {
            this.branchCommandThreads = positive(branchCommandThreads, "branchCommandThreads");
            return this;
        }

        /** Branch commands of each kind that may wait for a thread. */
        public Builder branchCommandQueue(int branchCommandQueue) {
            this.branchCommandQueue = positive(branchCommandQueue, "branchCommandQueue");
            return this;
        }

        /** Requests that may wait for being written, and again for being answered, on one connection; more are refused. */
        public Builder maxWaitingRequests(int maxWaitingRequests) {
            this.maxWaitingRequests = positive(maxWaitingRequests, "maxWaitingRequests");
            return this;
        }

        /** How long a close waits for branch commands that run, and again for requests in flight. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = positive(closeTimeout, "closeTimeout");
            return this;
        }

        /**
         * The settings gathered so far; may be called again.
         *
         * @throws IllegalArgumentException if settings contradict each other, with their names
         */
        public RpcOptions build() {
            if (heartbeatInterval.compareTo(deadAfter) >= 0) {
                throw new IllegalArgumentException("heartbeatInterval " + heartbeatInterval + " is not below deadAfter "
                        + deadAfter + ": a healthy connection would be given up.");
            }
            if (reconnectMin.compareTo(reconnectMax) > 0) {
                throw new IllegalArgumentException(
                        "reconnectMin " + reconnectMin + " is above reconnectMax " + reconnectMax + ".");
            }
            return new RpcOptions(this);
        }

        private static Duration positive(Duration value, String name) {
            if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " is " + value + "; it must be above zero.");
            }
            return value;
        }

        private static int positive(int value, String name) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " is " + value + "; it must be above zero.");
            }
            return value;
        }
    }
}

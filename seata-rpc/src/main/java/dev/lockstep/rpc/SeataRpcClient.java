package dev.lockstep.rpc;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.BeginAhead;
import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.RegistrationAhead;
import dev.lockstep.port.ResourceRegistry;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.port.UnsendableRequestException;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.pool.ResourceIds;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of the TC: the outgoing ports of TM and RM over the wire, and the way in for branch commands.
 *
 * <p>Each call is one request. It blocks until the answer is there or the timeout of its kind is over, and is not cut short by
 * an interrupt (the thread's flag stays set), because the outcome would then be unknown without need; those of {@link
 * BeginAhead} give a future instead. It ends in one of these ways:
 *
 * <ul>
 *   <li>a value: the TC answered with success;
 *   <li>{@link TcRefusedException}: the TC answered "failed", with its reason;
 *   <li>{@link TcUnreachableException}: nothing was sent;
 *   <li>{@link AnswerLostException}: sent, perhaps executed, not answered;
 *   <li>{@link UnsendableRequestException}: the protocol cannot carry the arguments.
 * </ul>
 *
 * <p>What may have been executed is never repeated here; who may repeat what is the caller's knowledge. What was certainly not
 * executed is: a request that its connection did not send any more, over another connection; one that a node refused because it
 * does not lead its raft cluster, to the others.
 *
 * <p>It is opened and closed here; what is asked stands in {@link Conversation}. An application that starts makes a client long
 * before it needs one, so that next to nothing is loaded with this class.
 *
 * <p>Thread-safe; callers may be virtual threads.
 */
public final class SeataRpcClient
        implements TransactionManager,
                BeginAhead,
                ResourceManagerOutbound,
                RegistrationAhead,
                ResourceRegistry,
                GlobalStatusQuery,
                AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SeataRpcClient.class);

    private final RpcOptions options;
    private final Discovery discovery;
    private final RpcListener listener;
    private final LongSupplier nanoClock;
    private final ResourceIds resources = new ResourceIds();

    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable PhaseTwo phaseTwo;
    private volatile @Nullable Connected connected;
    private volatile boolean closed;

    /** What executes the commands of the TC. */
    record PhaseTwo(ResourceManagerInbound inbound, UndoLogSweep sweep) {}

    /** A client that nobody listens to; it connects when it is opened. */
    public SeataRpcClient(RpcOptions options, Discovery discovery) {
        this(options, discovery, RpcListener.NONE);
    }

    /**
     * A client; it connects when it is opened.
     *
     * @param discovery where the TC nodes are; it stays the caller's, who closes it after the client if it wants closing
     * @param listener told what happens, on threads of the client
     */
    public SeataRpcClient(RpcOptions options, Discovery discovery, RpcListener listener) {
        this(options, discovery, listener, System::nanoTime);
    }

    /** @param nanoClock by which requests expire and connections are idle */
    SeataRpcClient(RpcOptions options, Discovery discovery, RpcListener listener, LongSupplier nanoClock) {
        this.options = options;
        this.discovery = discovery;
        this.listener = listener;
        this.nanoClock = nanoClock;
    }

    /**
     * Starts connecting to all TC nodes, and keeps doing so until {@link #close}. Does not wait for any: a TC that is down at
     * the start is no error.
     *
     * @param inbound executes the second phases the TC asks for, on threads of this client; commits on the event loop if it is a
     *     {@link dev.lockstep.port.PromptInbound} that says so
     * @param sweep deletes old undo logs when the TC asks for it
     * @throws IllegalStateException if the client was opened before
     */
    public void open(ResourceManagerInbound inbound, UndoLogSweep sweep) {
        openOnDemand(inbound, sweep);
        openNow();
    }

    /**
     * As {@link #open}, but connects to nobody and loads next to nothing yet: that comes with the first request, or with {@link
     * #openNow}. For an application whose start has more urgent work.
     *
     * @throws IllegalStateException if the client was opened before
     */
    public void openOnDemand(ResourceManagerInbound inbound, UndoLogSweep sweep) {
        opening.lock(); // nothing inside waits for anything
        try {
            if (phaseTwo != null || closed) {
                throw new IllegalStateException("This client of the TC was opened before. Make a new one.");
            }
            phaseTwo = new PhaseTwo(inbound, sweep);
        } finally {
            opening.unlock();
        }
    }

    /**
     * Opens what is to be opened on demand; does nothing if it is open, or closed.
     *
     * @throws IllegalStateException if nobody has called {@link #openOnDemand}
     */
    public void openNow() {
        if (connected == null) {
            connect();
        }
    }

    /** Null once the client is closed. */
    private @Nullable Connected connect() {
        opening.lock(); // nothing inside waits for anything
        try {
            if (connected != null || closed) {
                return connected;
            }
            var executing = phaseTwo;
            if (executing == null) {
                throw new IllegalStateException("This client of the TC is not open yet. Call open first.");
            }
            var made = Connected.of(options, discovery, resources, executing, listener, nanoClock);
            // First known, then opened: a resource added meanwhile is announced by one side or the other.
            connected = made;
            try {
                made.open();
            } catch (Throwable e) {
                // As if it had not been tried; who comes next tries again.
                connected = null;
                made.abandon();
                throw e;
            }
            return made;
        } finally {
            opening.unlock();
        }
    }

    /**
     * Ends the client: branch commands that run may end, then requests in flight, each at most for the close timeout; then the
     * connections. Open global transactions stay open at the TC until their timeout. Closing again does nothing.
     */
    @Override
    public void close() {
        Connected toEnd;
        opening.lock(); // nothing inside waits for anything
        try {
            toEnd = closed ? null : connected;
            closed = true;
        } finally {
            opening.unlock();
        }
        if (toEnd == null) {
            return;
        }
        if (!toEnd.close(options.closeTimeout())) {
            log.warn("[rpc {}] The event loop did not end within {}.", options.applicationId(), options.closeTimeout());
        }
    }

    /**
     * Begins a global transaction. If the answer is lost, the TC may hold an empty transaction that ends by its timeout and
     * locks nothing: the begin has failed.
     *
     * @param applicationId not sent: the TC takes it from the registration of the connection
     * @param transactionServiceGroup not sent, as above
     * @param timeout milliseconds, counted by the TC from the begin
     * @return the xid
     */
    @Override
    public String begin(
            @Nullable String applicationId, @Nullable String transactionServiceGroup, String name, int timeout)
            throws TransactionException {
        return conversation().begin(name, timeout);
    }

    /** {@inheritDoc} Blocks right after the start only, until the first attempts to connect are decided. */
    @Override
    public CompletableFuture<String> beginAhead(
            @Nullable String applicationId, @Nullable String transactionServiceGroup, String name, int timeout) {
        try {
            return conversation().beginAhead(name, timeout);
        } catch (TransactionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<GlobalStatus> rollbackUnused(String xid) {
        try {
            return conversation().rollbackUnused(xid);
        } catch (TransactionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Asks the TC to commit. The status returned says where the transaction stands; success is not in every status. */
    @Override
    public GlobalStatus commit(String xid) throws TransactionException {
        return conversation().commit(xid);
    }

    /** Asks the TC to roll back. The status returned says where the transaction stands; success is not in every status. */
    @Override
    public GlobalStatus rollback(String xid) throws TransactionException {
        return conversation().rollback(xid);
    }

    /** Where the TC says the transaction stands; Finished also if it does not know the xid. */
    @Override
    public GlobalStatus getStatus(String xid) throws TransactionException {
        return conversation().status(xid);
    }

    @Override
    public GlobalStatus statusAtHome(String xid) throws TransactionException {
        return conversation().statusAtHome(xid);
    }

    /** Tells the TC a status that was decided elsewhere (SAGA). */
    @Override
    public GlobalStatus globalReport(String xid, GlobalStatus globalStatus) throws TransactionException {
        return conversation().report(xid, globalStatus);
    }

    /**
     * Registers a branch and takes its global locks. If the answer is lost, the branch may exist and hold its locks until the
     * global transaction ends.
     *
     * @param clientId not sent: the TC takes it from the connection
     * @return the branch id
     */
    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            @Nullable String clientId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        return conversation().register(branchType, resourceId, xid, applicationData, lockKeys);
    }

    /** {@inheritDoc} The event loop sends it when it reads the xid; the caller is woken by the branch id. */
    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            CompletableFuture<String> xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        return conversation().register(branchType, resourceId, xid, applicationData, lockKeys);
    }

    /**
     * Tells the TC how phase one of a branch ended. Success of an AT branch is told some time soon, together with that of
     * others: the call returns at once, and no failure is told, because the TC does without. Everything else is told at once and
     * its answer awaited.
     *
     * @param applicationData replaces that of the branch, null included, on TC 1.5 and newer; give it again if phase two needs
     *     it
     */
    @Override
    public void branchReport(
            BranchType branchType, String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TransactionException {
        conversation().report(branchType, xid, branchId, status, applicationData);
    }

    /** Whether the rows could be locked by this transaction now; locks nothing. */
    @Override
    public boolean lockQuery(BranchType branchType, String resourceId, String xid, @Nullable String lockKeys)
            throws TransactionException {
        return conversation().lockable(branchType, resourceId, xid, lockKeys);
    }

    /** {@inheritDoc} Before {@link #open} it only notes the resource, for the connections to come. */
    @Override
    public void register(String resourceId) {
        opening.lock(); // or it might be noted after the connections have looked what there is to announce
        try {
            if (connected == null) {
                resources.note(resourceId);
                return;
            }
        } finally {
            opening.unlock();
        }
        var now = connected;
        if (now != null) {
            now.announce(resourceId);
        }
    }

    /**
     * As {@link #state}, for who wants to know whether the TC can be reached: right after the start it waits until the first
     * attempts to connect are decided, at most for the start-up wait. Opens what is to be opened on demand.
     */
    public RpcState stateOnceDecided() {
        var now = connected;
        if (now == null && phaseTwo != null) {
            now = connect();
        }
        if (now != null) {
            now.awaitFirstAttempts();
        }
        return state();
    }

    /** What is known of the TC nodes now. Does not block; works before the opening and after the close. */
    public RpcState state() {
        var now = connected;
        return now == null || closed ? new RpcState(false, List.of(), 0) : now.state();
    }

    /**
     * @throws TcUnreachableException if the client was closed before anything needed it
     */
    private Conversation conversation() throws TcUnreachableException {
        var now = connected;
        if (now == null) {
            now = connect();
        }
        if (now == null) {
            throw new TcUnreachableException("The client of the TC is closed.", null);
        }
        return now.conversation();
    }
}

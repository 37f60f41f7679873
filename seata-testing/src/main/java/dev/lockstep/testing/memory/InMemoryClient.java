package dev.lockstep.testing.memory;

import dev.lockstep.port.BeginAhead;
import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.RegistrationAhead;
import dev.lockstep.port.ResourceRegistry;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UndoLogSweep;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One application's connection to an {@link InMemoryCoordinator}: all ports of a client, without a wire.
 *
 * <p>Thread-safe. After {@link #close()} every call fails as if no coordinator were there.
 */
public final class InMemoryClient
        implements TransactionManager,
                BeginAhead,
                ResourceManagerOutbound,
                RegistrationAhead,
                ResourceRegistry,
                GlobalStatusQuery,
                AutoCloseable {

    private final InMemoryCoordinator coordinator;
    private final String applicationId;
    private final Set<String> resourceIds = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Rm rm;
    private volatile boolean closed;

    /** Who is told what the coordinator wants of this application. */
    private record Rm(ResourceManagerInbound inbound, UndoLogSweep sweep) {}

    InMemoryClient(InMemoryCoordinator coordinator, String applicationId) {
        this.coordinator = coordinator;
        this.applicationId = applicationId;
    }

    /**
     * Says who is told about branches, since an RM is built with its client: before its first resource is registered.
     *
     * @return this client
     */
    public InMemoryClient open(ResourceManagerInbound inbound, UndoLogSweep sweep) {
        rm = new Rm(Objects.requireNonNull(inbound, "inbound"), Objects.requireNonNull(sweep, "sweep"));
        return this;
    }

    /** As given when it connected. */
    public String applicationId() {
        return applicationId;
    }

    @Override
    public String begin(String applicationId, String transactionServiceGroup, String name, int timeoutMillis)
            throws TransactionException {
        return connected().begin(applicationId, transactionServiceGroup, name, timeoutMillis);
    }

    @Override
    public CompletableFuture<String> beginAhead(
            String applicationId, String transactionServiceGroup, String name, int timeoutMillis) {
        return coordinator.later(() -> begin(applicationId, transactionServiceGroup, name, timeoutMillis));
    }

    @Override
    public CompletableFuture<GlobalStatus> rollbackUnused(String xid) {
        return coordinator.later(() -> rollback(xid));
    }

    @Override
    public GlobalStatus commit(String xid) throws TransactionException {
        return connected().commit(xid);
    }

    @Override
    public GlobalStatus rollback(String xid) throws TransactionException {
        return connected().rollback(xid);
    }

    @Override
    public GlobalStatus getStatus(String xid) throws TransactionException {
        return connected().status(xid);
    }

    @Override
    public GlobalStatus statusAtHome(String xid) throws TransactionException {
        return connected().status(xid);
    }

    @Override
    public GlobalStatus globalReport(String xid, GlobalStatus globalStatus) throws TransactionException {
        return connected().globalReport(xid, globalStatus);
    }

    /** @param clientId ignored: the coordinator knows who calls */
    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            @Nullable String clientId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        return connected().branchRegister(this, branchType, resourceId, xid, applicationData, lockKeys);
    }

    /** Waits for the xid, too: without a wire that costs nothing. */
    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            CompletableFuture<String> xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        String known;
        try {
            known = xid.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TransactionException told) {
                throw told;
            }
            throw e;
        }
        return branchRegister(branchType, resourceId, null, known, applicationData, lockKeys);
    }

    @Override
    public void branchReport(
            BranchType branchType, String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TransactionException {
        connected().branchReport(xid, branchId, status, applicationData);
    }

    @Override
    public boolean lockQuery(BranchType branchType, String resourceId, String xid, @Nullable String lockKeys)
            throws TransactionException {
        return connected().lockQuery(resourceId, xid, lockKeys);
    }

    @Override
    public void register(String resourceId) {
        if (resourceId.isBlank() || resourceId.indexOf(',') >= 0) {
            throw new IllegalArgumentException("Resource id \"" + resourceId + "\" is blank or holds a comma, which the"
                    + " protocol cannot carry; write | for the commas of a multi-host URL.");
        }
        rm();
        resourceIds.add(resourceId);
    }

    @Override
    public void close() {
        closed = true;
        coordinator.disconnect(this);
    }

    boolean hasResource(String resourceId) {
        return resourceIds.contains(resourceId);
    }

    ResourceManagerInbound inbound() {
        return rm().inbound();
    }

    UndoLogSweep sweep() {
        return rm().sweep();
    }

    private Rm rm() {
        return Objects.requireNonNull(rm, "open(...) comes before the first resource");
    }

    private InMemoryCoordinator connected() throws TcUnreachableException {
        if (closed) {
            throw new TcUnreachableException("The client of application " + applicationId + " is closed.", null);
        }
        return coordinator;
    }
}

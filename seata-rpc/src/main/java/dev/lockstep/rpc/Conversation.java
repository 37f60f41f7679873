package dev.lockstep.rpc;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.rpc.pool.TcCluster;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.transaction.AbstractGlobalEndRequest;
import io.seata.core.protocol.transaction.AbstractGlobalEndResponse;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalLockQueryRequest;
import io.seata.core.protocol.transaction.GlobalLockQueryResponse;
import io.seata.core.protocol.transaction.GlobalReportRequest;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the TC: each call is one message with the timeout of its kind, and its answer as a value. What the calls
 * promise stands in {@link SeataRpcClient}, which makes them; how one request finds its answer, in {@link Exchange}.
 *
 * <p>Thread-safe.
 */
final class Conversation {

    private final TcCluster cluster;
    private final RpcOptions options;

    Conversation(TcCluster cluster, RpcOptions options) {
        this.cluster = cluster;
        this.options = options;
    }

    String begin(String name, int timeoutMillis) throws TransactionException {
        var begin = exchangeOfBegin(name, timeoutMillis);
        return begun(begin, begin.await());
    }

    CompletableFuture<String> beginAhead(String name, int timeoutMillis) throws TransactionException {
        var begin = exchangeOfBegin(name, timeoutMillis);
        return begin.start().thenApply(response -> {
            try {
                return begun(begin, response);
            } catch (TcRefusedException e) {
                throw new CompletionException(e);
            }
        });
    }

    private Exchange<GlobalBeginResponse> exchangeOfBegin(String name, int timeoutMillis) throws TransactionException {
        var request = new GlobalBeginRequest();
        request.setTransactionName(name);
        request.setTimeout(timeoutMillis);
        return new Exchange<>(cluster, null, request, options.tmRequestTimeout(), GlobalBeginResponse.class);
    }

    private static String begun(Exchange<?> begin, GlobalBeginResponse response) throws TcRefusedException {
        var xid = response.getXid();
        if (xid == null) {
            throw new TcRefusedException(
                    TransactionExceptionCode.BeginFailed,
                    "TC " + begin.channel().address() + " answered a GlobalBeginRequest with success but gave no xid.",
                    null);
        }
        begin.began(xid);
        return xid;
    }

    GlobalStatus commit(String xid) throws TransactionException {
        return ask(xid, new GlobalCommitRequest(), options.globalEndTimeout());
    }

    GlobalStatus rollback(String xid) throws TransactionException {
        return ask(xid, new GlobalRollbackRequest(), options.globalEndTimeout());
    }

    CompletableFuture<GlobalStatus> rollbackUnused(String xid) throws TransactionException {
        var request = new GlobalRollbackRequest();
        request.setXid(xid);
        return new Exchange<>(cluster, xid, request, options.globalEndTimeout(), AbstractGlobalEndResponse.class)
                .start()
                .thenApply(AbstractGlobalEndResponse::getGlobalStatus);
    }

    GlobalStatus status(String xid) throws TransactionException {
        return ask(xid, new GlobalStatusRequest(), options.tmRequestTimeout());
    }

    GlobalStatus statusAtHome(String xid) throws TransactionException {
        var request = new GlobalStatusRequest();
        request.setXid(xid);
        return Exchange.atHome(cluster, xid, request, options.tmRequestTimeout(), AbstractGlobalEndResponse.class)
                .await()
                .getGlobalStatus();
    }

    GlobalStatus report(String xid, GlobalStatus status) throws TransactionException {
        var request = new GlobalReportRequest();
        request.setGlobalStatus(status);
        return ask(xid, request, options.tmRequestTimeout());
    }

    long register(
            BranchType branchType,
            String resourceId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        return registration(branchType, resourceId, xid, applicationData, lockKeys)
                .await()
                .getBranchId();
    }

    /** Sent by the event loop when it reads the xid; the caller is woken by the branch id. */
    long register(
            BranchType branchType,
            String resourceId,
            CompletableFuture<String> xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        try {
            return xid.thenCompose(known -> {
                        try {
                            return registration(branchType, resourceId, known, applicationData, lockKeys)
                                    .start();
                        } catch (TransactionException e) {
                            return CompletableFuture.failedFuture(e);
                        }
                    })
                    .join()
                    .getBranchId();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TransactionException told) {
                throw told;
            }
            throw e;
        }
    }

    private Exchange<BranchRegisterResponse> registration(
            BranchType branchType,
            String resourceId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        var request = fill(new BranchRegisterRequest(), branchType, resourceId, xid, lockKeys);
        request.setApplicationData(applicationData);
        return new Exchange<>(cluster, xid, request, options.rmRequestTimeout(), BranchRegisterResponse.class);
    }

    void report(BranchType branchType, String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TransactionException {
        var request = new BranchReportRequest();
        request.setBranchType(branchType);
        request.setXid(xid);
        request.setBranchId(branchId);
        request.setStatus(status);
        request.setApplicationData(applicationData);
        // Not of other modes: their phase two may need the application data that comes with the report.
        if (status == BranchStatus.PhaseOne_Done && branchType == BranchType.AT) {
            cluster.report(request);
        } else {
            ask(xid, request, options.rmRequestTimeout(), BranchReportResponse.class);
        }
    }

    boolean lockable(BranchType branchType, String resourceId, String xid, @Nullable String lockKeys)
            throws TransactionException {
        var request = fill(new GlobalLockQueryRequest(), branchType, resourceId, xid, lockKeys);
        return ask(xid, request, options.rmRequestTimeout(), GlobalLockQueryResponse.class)
                .isLockable();
    }

    private static <R extends BranchRegisterRequest> R fill(
            R request, BranchType branchType, String resourceId, String xid, @Nullable String lockKeys) {
        request.setBranchType(branchType);
        request.setResourceId(resourceId);
        request.setXid(xid);
        request.setLockKey(lockKeys);
        return request;
    }

    private GlobalStatus ask(String xid, AbstractGlobalEndRequest request, Duration timeout)
            throws TransactionException {
        request.setXid(xid);
        return ask(xid, request, timeout, AbstractGlobalEndResponse.class).getGlobalStatus();
    }

    private <R extends AbstractTransactionResponse> R ask(
            String xid, AbstractMessage request, Duration timeout, Class<R> answer) throws TransactionException {
        return new Exchange<>(cluster, xid, request, timeout, answer).await();
    }
}

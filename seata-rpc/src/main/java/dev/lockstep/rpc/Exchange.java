package dev.lockstep.rpc;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.pool.TcCluster;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractGlobalEndResponse;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to its answer. What was certainly not executed is sent again: over another connection where its own
 * did not send it any more, to the other nodes where one refused it because it does not lead its raft cluster.
 *
 * <p>Used once, and by one thread at a time: the caller's while he waits, else the event loop after the first sending.
 */
final class Exchange<R extends AbstractTransactionResponse> {

    private final TcCluster cluster;
    private final @Nullable String xid;
    private final AbstractMessage request;
    private final Duration timeout;
    private final Class<R> answer;

    private TcChannel channel;
    private boolean mayGoElsewhere;
    private Set<TcAddress> followers = Set.of();

    /**
     * Chooses the connection.
     *
     * @param xid the global transaction that it is about; null for a begin
     * @throws TcUnreachableException if there is none
     */
    Exchange(TcCluster cluster, @Nullable String xid, AbstractMessage request, Duration timeout, Class<R> answer)
            throws TransactionException {
        this(cluster, xid, request, timeout, answer, false);
    }

    private Exchange(
            TcCluster cluster,
            @Nullable String xid,
            AbstractMessage request,
            Duration timeout,
            Class<R> answer,
            boolean atHome)
            throws TransactionException {
        this.cluster = cluster;
        this.xid = xid;
        this.request = request;
        this.timeout = timeout;
        this.answer = answer;
        this.mayGoElsewhere = !atHome;
        try {
            this.channel = atHome && xid != null ? cluster.channelAtHome(xid) : cluster.channelFor(xid);
        } catch (TcUnreachableException e) {
            throw failure(xid, request, e);
        }
    }

    /**
     * A question that another node than the xid's would answer wrongly: it goes to that one or nowhere. Among the nodes of a
     * raft cluster it goes to the one that leads.
     *
     * @throws TcUnreachableException if no connection is known to lead there
     */
    static <R extends AbstractTransactionResponse> Exchange<R> atHome(
            TcCluster cluster, String xid, AbstractMessage request, Duration timeout, Class<R> answer)
            throws TransactionException {
        return new Exchange<>(cluster, xid, request, timeout, answer, true);
    }

    /** The connection that it was sent over last. */
    TcChannel channel() {
        return channel;
    }

    /** What is asked for this xid from now on goes to the node that has answered. */
    void began(String begun) {
        cluster.began(begun, channel);
    }

    /** Sends it and waits for the answer of success. */
    R await() throws TransactionException {
        while (true) {
            AbstractResultMessage response;
            try {
                response = channel.send(request, timeout).join();
            } catch (CompletionException e) {
                goElsewhere(reason(e));
                continue;
            }
            R success = successOf(response);
            if (success != null) {
                return success;
            }
        }
    }

    /** Sends it; the future ends, on the event loop mostly, as {@link #await} does. */
    CompletableFuture<R> start() {
        var result = new CompletableFuture<R>();
        sendTowards(result);
        return result;
    }

    private void sendTowards(CompletableFuture<R> result) {
        channel.send(request, timeout).whenComplete((response, failure) -> {
            try {
                R success = null;
                if (failure == null) {
                    success = successOf(response);
                } else {
                    goElsewhere(reason(failure));
                }
                if (success == null) {
                    sendTowards(result);
                } else {
                    result.complete(success);
                }
            } catch (Throwable e) {
                // Whatever it is, who waits is woken: here nobody else would see it.
                result.completeExceptionally(e);
            }
        });
    }

    private static Throwable reason(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** The answer, or null when it was not for this node to give: the next one is chosen then. */
    private @Nullable R successOf(AbstractResultMessage message) throws TcRefusedException {
        var response = answer.cast(message);
        if (response.getResultCode() == ResultCode.Success) {
            cluster.leads(channel.address());
            return response;
        }
        if (response.getTransactionExceptionCode() != TransactionExceptionCode.NotRaftLeader) {
            throw refused(response);
        }
        var asked = new HashSet<>(followers);
        asked.add(channel.address());
        followers = asked;
        var other = cluster.insteadOfFollowers(asked, xid);
        if (other == null) {
            throw refused(response);
        }
        channel = other;
        return null;
    }

    /** Picked, then closed, then asked: not a byte was written. Other reasons not to send are no better elsewhere. */
    private void goElsewhere(Throwable failure) throws TransactionException {
        var goes = mayGoElsewhere && failure instanceof TcUnreachableException && !channel.isActive();
        var other = goes ? cluster.insteadOf(channel, xid) : null;
        if (other == null) {
            throw failure(xid, request, failure);
        }
        mayGoElsewhere = false;
        channel = other;
    }

    /** The failure as the caller's own, with what he needs to know; the stack of the event loop stays as the cause. */
    static TransactionException failure(@Nullable String xid, AbstractMessage request, Throwable cause) {
        var what = name(request) + of(xid);
        if (cause instanceof TcUnreachableException) {
            return new TcUnreachableException(what + " was not sent: " + sentence(cause), cause);
        }
        if (cause instanceof IllegalArgumentException) {
            return new UnsendableRequestException(
                    what + " was not sent, and sending it again would not help: " + sentence(cause), cause);
        }
        return new AnswerLostException(
                what + ": outcome unknown, the TC may have executed it: " + sentence(cause), cause);
    }

    private TcRefusedException refused(AbstractTransactionResponse response) {
        var status = response instanceof AbstractGlobalEndResponse end ? end.getGlobalStatus() : null;
        return new TcRefusedException(
                response.getTransactionExceptionCode(),
                name(request) + of(xid) + " was refused by TC " + channel.address() + " with "
                        + response.getTransactionExceptionCode() + (status == null ? "" : ", status " + status) + ": "
                        + response.getMsg(),
                status);
    }

    private static String name(AbstractMessage request) {
        return request.getClass().getSimpleName();
    }

    private static String sentence(Throwable cause) {
        var text = String.valueOf(cause.getMessage());
        return text.endsWith(".") ? text : text + ".";
    }

    private static String of(@Nullable String xid) {
        return xid == null ? "" : " of [" + xid + "]";
    }
}

package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request of ours from the call to its answer. Written by the caller's thread once, then confined to the event loop; the
 * future is the way back.
 */
final class Request implements Outgoing {

    private final AbstractMessage message;
    private final long createdNanos;
    private final long timeoutNanos;
    private final CompletableFuture<AbstractResultMessage> answer = new CompletableFuture<>();

    private @Nullable MergedFrame mergedInto;

    Request(AbstractMessage message, long createdNanos, long timeoutNanos) {
        this.message = message;
        this.createdNanos = createdNanos;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public List<Request> requests() {
        return List.of(this);
    }

    AbstractMessage message() {
        return message;
    }

    String name() {
        return message.getClass().getSimpleName();
    }

    CompletableFuture<AbstractResultMessage> answer() {
        return answer;
    }

    /** The type code of an answer is that of its request plus one, for every request we send. */
    boolean isAnsweredBy(AbstractResultMessage candidate) {
        return candidate.getTypeCode() == message.getTypeCode() + 1;
    }

    void mergedInto(MergedFrame frame) {
        mergedInto = frame;
    }

    /** The frame it left in together with others; null if in one of its own. */
    @Nullable
    MergedFrame mergedInto() {
        return mergedInto;
    }

    long ageNanos(long now) {
        return now - createdNanos;
    }

    boolean isExpired(long now) {
        return now - createdNanos >= timeoutNanos;
    }

    void complete(AbstractResultMessage result) {
        answer.complete(result);
    }

    void fail(Throwable why) {
        answer.completeExceptionally(why);
    }
}

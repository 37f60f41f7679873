package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.GlobalStatus;
import org.jspecify.annotations.Nullable;

/**
 * The TC answered, and its answer was "failed".
 *
 * <p>What is then true depends on the request. A refused begin or branch registration has left nothing behind. A refused
 * commit or rollback says only that the TC did not finish it in this call: {@link #globalStatus()} says where the global
 * transaction stands.
 *
 * <p>{@link #getCode()} is already translated from the numbering of the TC's version, which shifted in 2.0.0.
 */
public final class TcRefusedException extends TransactionException {

    private final @Nullable GlobalStatus globalStatus;

    /**
     * @param code the reason by the TC, {@link TransactionExceptionCode#Unknown} when it gave none
     * @param message the TC's own text, with what we add to it
     * @param globalStatus the status the answer carried; null for requests whose answer has none
     */
    public TcRefusedException(TransactionExceptionCode code, String message, @Nullable GlobalStatus globalStatus) {
        super(code, message);
        this.globalStatus = globalStatus;
    }

    /** The status that came with the refusal, or null where this kind of answer has none. */
    public @Nullable GlobalStatus globalStatus() {
        return globalStatus;
    }
}

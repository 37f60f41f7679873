package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;

/**
 * The protocol cannot carry the request: a text is longer than its field, or the whole longer than a frame.
 *
 * <p>What is then true: nothing was sent, the TC knows nothing of it, and repeating it would end the same.
 */
public final class UnsendableRequestException extends TransactionException {

    /**
     * @param message which text is too long, and for what
     * @param cause what the codec said
     */
    public UnsendableRequestException(String message, Throwable cause) {
        super(TransactionExceptionCode.IO, message, cause);
    }
}

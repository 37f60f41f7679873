package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import org.jspecify.annotations.Nullable;

/**
 * The request never left: no TC could be reached, or the connection was lost before a byte of it was written.
 *
 * <p>What is then true: the TC has not seen the request and never will. It may be repeated, whatever it is.
 */
public final class TcUnreachableException extends TransactionException {

    /**
     * @param message what was asked, and why nobody could be asked
     * @param cause what stood in the way; null when nothing was tried
     */
    public TcUnreachableException(String message, @Nullable Throwable cause) {
        super(TransactionExceptionCode.IO, message, cause);
    }
}

package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import org.jspecify.annotations.Nullable;

/**
 * The request was sent, or may have been, and no answer came: the connection closed or the time ran out.
 *
 * <p>What is then true: nobody knows whether the TC has executed the request. The caller decides by the kind of request
 * whether it may be repeated or asked about; until then its outcome is <em>unknown</em>, which is neither success nor
 * failure.
 */
public final class AnswerLostException extends TransactionException {

    /**
     * @param message what was asked of whom, and why no answer came
     * @param cause what broke the connection; null when time ran out
     */
    public AnswerLostException(String message, @Nullable Throwable cause) {
        super(TransactionExceptionCode.IO, message, cause);
    }
}

package dev.lockstep.tm;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The global transaction was about to be committed while a local transaction that had written for it was still open. It
 * was rolled back instead: the open local transaction would have registered its branch after the commit, and its change
 * would have been lost or could not have been undone.
 *
 * <p>The usual reason is an outer {@code @Transactional} around an inner {@code @GlobalTransactional}. Turn the nesting
 * round: the local transaction belongs inside the global one.
 */
public final class UnfinishedLocalWorkException extends GlobalTransactionException {

    UnfinishedLocalWorkException(
            @Nullable String xid, List<LocalWork> unfinished, String rollback, @Nullable Throwable cause) {
        super(
                xid,
                "Not committed: " + unfinished.stream().map(LocalWork::describe).collect(Collectors.joining("; "))
                        + " has written for this global transaction and is still open. This happens when @Transactional"
                        + " stands outside @GlobalTransactional: put the global transaction outside and the local one"
                        + " inside. " + rollback,
                cause);
    }
}

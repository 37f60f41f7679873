package dev.lockstep.tm;

import dev.lockstep.tm.branch.LocalWork;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The global transaction was about to be committed while a local transaction that had written for it was still open. It
 * was rolled back instead: the open local transaction would have registered its branch after the commit, and its change
 * would have been lost or could not have been undone.
 *
 * <p>The usual reason is an outer {@code @Transactional} around an inner {@code @GlobalTransactional}. Turn the nesting
 * round: the local transaction belongs inside the global one. Another is work on a thread that the context was carried to, and
 * that nobody waits for.
 */
public final class UnfinishedLocalWorkException extends GlobalTransactionException {

    UnfinishedLocalWorkException(
            @Nullable String xid, List<LocalWork> unfinished, String rollback, @Nullable Throwable cause) {
        super(
                xid,
                "Not committed: " + unfinished.stream().map(LocalWork::describe).collect(Collectors.joining("; "))
                        + " has written for this global transaction and is still open. This happens when @Transactional"
                        + " stands outside @GlobalTransactional: put the global transaction outside and the local one"
                        + " inside. It also happens where work on another thread, such as an @Async method, is inside the global"
                        + " transaction and nobody waits for it: wait, or take it out by"
                        + " @GlobalTransactional(propagation = NOT_SUPPORTED) there. " + rollback,
                cause);
    }
}

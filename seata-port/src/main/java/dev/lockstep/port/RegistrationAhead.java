package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Registers a branch of a global transaction whose begin has not been answered yet (RM to TC). Optional: where a client of
 * the TC implements it beside {@link io.seata.core.model.ResourceManagerOutbound}, a thread that needs both answers is woken
 * once. Implementations are thread-safe.
 */
public interface RegistrationAhead {

    /**
     * Sends what {@link io.seata.core.model.ResourceManagerOutbound#branchRegister} sends, as soon as the xid is there, and
     * waits for the answer.
     *
     * @param xid what {@link BeginAhead#beginAhead} gave
     * @return the branch id
     * @throws TransactionException what {@code xid} failed with, and nothing was sent then; or as of any registration
     */
    Long branchRegister(
            BranchType branchType,
            String resourceId,
            CompletableFuture<String> xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException;
}

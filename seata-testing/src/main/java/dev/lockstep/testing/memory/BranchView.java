package dev.lockstep.testing.memory;

import io.seata.core.model.BranchStatus;
import org.jspecify.annotations.Nullable;

/**
 * A branch that has not ended, at the moment of asking.
 *
 * @param status Registered, or what was reported last
 * @param registeredBy the application id of the client that registered it
 */
public record BranchView(
        long branchId,
        String resourceId,
        @Nullable String lockKeys,
        BranchStatus status,
        @Nullable String applicationData,
        String registeredBy) {}

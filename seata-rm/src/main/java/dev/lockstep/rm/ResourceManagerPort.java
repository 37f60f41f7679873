package dev.lockstep.rm;

import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.Resource;
import io.seata.core.model.ResourceManagerOutbound;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Our RM as seata-core's own interface has it: what goes to the TC passes the way to the TC, what comes from there our RM.
 * Thread-safe.
 */
final class ResourceManagerPort implements io.seata.core.model.ResourceManager {

    /** What the official client calls the group of every data source that names none. */
    private static final String GROUP = "DEFAULT";

    private final ResourceManager resourceManager;
    private final ResourceManagerOutbound tc;
    private final Supplier<Set<String>> resourceIds;

    /** @param resourceIds those known by now */
    ResourceManagerPort(
            ResourceManager resourceManager, ResourceManagerOutbound tc, Supplier<Set<String>> resourceIds) {
        this.resourceManager = resourceManager;
        this.tc = tc;
        this.resourceIds = resourceIds;
    }

    private record AtDatabase(String resourceId) implements Resource {

        @Override
        public String getResourceGroupId() {
            return GROUP;
        }

        @Override
        public String getResourceId() {
            return resourceId;
        }

        @Override
        public BranchType getBranchType() {
            return BranchType.AT;
        }
    }

    @Override
    public Map<String, Resource> getManagedResources() {
        return resourceIds.get().stream().collect(Collectors.toUnmodifiableMap(Function.identity(), AtDatabase::new));
    }

    @Override
    public BranchType getBranchType() {
        return BranchType.AT;
    }

    /** Nothing is to be done for a resource that is known; nobody here could end the branches of any other. */
    @Override
    public void registerResource(Resource resource) {
        if (resource.getBranchType() != BranchType.AT || !resourceIds.get().contains(resource.getResourceId())) {
            throw new UnsupportedOperationException("Resource " + resource.getResourceId() + " of type "
                    + resource.getBranchType()
                    + " was not registered: nobody here could commit its branches or roll them back. A data source becomes"
                    + " a resource by ResourceManager.wrap; types other than AT are not served.");
        }
    }

    @Override
    public void unregisterResource(Resource resource) {
        throw new UnsupportedOperationException(
                "Resource " + resource.getResourceId()
                        + " stays registered: it may have branches that the TC has still to end. Close the application instead.");
    }

    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            @Nullable String clientId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        return tc.branchRegister(branchType, resourceId, clientId, xid, applicationData, lockKeys);
    }

    @Override
    public void branchReport(
            BranchType branchType, String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TransactionException {
        tc.branchReport(branchType, xid, branchId, status, applicationData);
    }

    @Override
    public boolean lockQuery(BranchType branchType, String resourceId, String xid, @Nullable String lockKeys)
            throws TransactionException {
        return tc.lockQuery(branchType, resourceId, xid, lockKeys);
    }

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return resourceManager.branchCommit(branchType, xid, branchId, resourceId, applicationData);
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return resourceManager.branchRollback(branchType, xid, branchId, resourceId, applicationData);
    }
}

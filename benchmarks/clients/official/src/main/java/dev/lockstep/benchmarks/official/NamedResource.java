package dev.lockstep.benchmarks.official;

import io.seata.core.model.BranchType;
import io.seata.core.model.Resource;

/** A resource that is only a name. */
final class NamedResource implements Resource {

    static final String ID = "jdbc:bench:official";

    @Override
    public String getResourceGroupId() {
        return "DEFAULT";
    }

    @Override
    public String getResourceId() {
        return ID;
    }

    @Override
    public BranchType getBranchType() {
        return BranchType.AT;
    }
}

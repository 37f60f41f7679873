package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import io.seata.core.model.Resource;
import io.seata.core.model.ResourceManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another library sees our RM through seata-core's interface. */
final class ResourceManagerPortTest {

    private Rig rig;
    private ResourceManager port;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.managed.unwrap(AtDataSource.class).open();
        port = rig.rm.port();
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    @Test
    void the_wrapped_data_sources_are_its_resources() {
        assertThat(port.getBranchType()).isEqualTo(BranchType.AT);
        assertThat(port.getManagedResources()).containsOnlyKeys(rig.resourceId);
        Resource database = port.getManagedResources().get(rig.resourceId);
        assertThat(database.getResourceId()).isEqualTo(rig.resourceId);
        assertThat(database.getBranchType()).isEqualTo(BranchType.AT);

        port.registerResource(database);
        assertThat(port.getManagedResources()).hasSize(1);
    }

    @Test
    void a_branch_that_another_library_registers_locks_its_rows_and_is_ended_by_our_rm() throws Exception {
        rig.template.execute(GlobalTransactionDefinition.named("buy"), () -> {
            String xid = RootContext.getXID();
            Long branchId = port.branchRegister(BranchType.AT, rig.resourceId, null, xid, null, "stock:1");

            assertThat(branchId).isPositive();
            assertThat(rig.tc.locks()).hasSize(1);
            assertThat(port.lockQuery(BranchType.AT, rig.resourceId, "10.0.0.1:8091:99", "stock:1"))
                    .isFalse();
            return null;
        });

        assertThat(rig.tc.locks()).isEmpty();
    }

    @Test
    void a_resource_that_nobody_here_could_serve_is_refused() {
        Resource foreign = new Resource() {
            @Override
            public String getResourceGroupId() {
                return "DEFAULT";
            }

            @Override
            public String getResourceId() {
                return "prepareOrder";
            }

            @Override
            public BranchType getBranchType() {
                return BranchType.TCC;
            }
        };

        assertThatThrownBy(() -> port.registerResource(foreign))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("prepareOrder of type TCC")
                .hasMessageContaining("ResourceManager.wrap");
        assertThatThrownBy(() -> port.unregisterResource(foreign)).isInstanceOf(UnsupportedOperationException.class);
    }
}

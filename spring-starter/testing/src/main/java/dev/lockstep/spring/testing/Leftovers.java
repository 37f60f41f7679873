package dev.lockstep.spring.testing;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.context.ApplicationContext;

/** What a global transaction has left: global locks at the TC, undo logs in the application's databases. Thread-safe. */
final class Leftovers {

    private static final String OUTSIDE_OF_ANY = "";

    private final ApplicationContext application;

    Leftovers(ApplicationContext application) {
        this.application = application;
    }

    /** The lock keys of its branches that nobody else could lock now. */
    List<String> locks(SeenTransaction transaction) {
        var tc = application.getBean(ResourceManagerOutbound.class);
        List<String> held = new ArrayList<>();
        for (SeenTransaction.Branch branch : transaction.branches()) {
            try {
                if (!tc.lockQuery(BranchType.AT, branch.resourceId(), OUTSIDE_OF_ANY, branch.lockKeys())) {
                    held.add(branch.lockKeys());
                }
            } catch (TransactionException e) {
                throw new AssertionError("The TC could not be asked for the locks of " + transaction + ".", e);
            }
        }
        return held;
    }

    /** How many undo logs of it are there; markers, which forbid a late commit and stay for a while, are none. */
    int undoLogs(SeenTransaction transaction) {
        String table = application.getEnvironment().getProperty("seata.client.undo.log-table", "undo_log");
        String sql = "SELECT COUNT(*) FROM " + table + " WHERE xid = ? AND log_status = 0";
        int found = 0;
        for (DataSource dataSource : databases()) {
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, transaction.xid());
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    found += rows.getInt(1);
                }
            } catch (SQLException e) {
                throw new AssertionError("The undo logs in " + dataSource + " could not be counted.", e);
            }
        }
        return found;
    }

    /**
     * One data source for each database that takes part, as the RM knows them: a routing may not show its targets, or lead to one of
     * them only. What was left out may have no table for undo logs.
     */
    private Collection<DataSource> databases() {
        Map<String, DataSource> byResource = new LinkedHashMap<>();
        application.getBeanProvider(ResourceManager.class).stream()
                .flatMap(resourceManager -> resourceManager.dataSources().stream())
                .forEach(dataSource -> add(dataSource, byResource));
        return byResource.values();
    }

    private static void add(DataSource dataSource, Map<String, DataSource> byResource) {
        try {
            AtDataSource participant = dataSource.unwrap(AtDataSource.class);
            byResource.putIfAbsent(participant.open().resourceId(), participant.original());
        } catch (SQLException e) {
            throw new AssertionError("The database of " + dataSource + " could not be reached.", e);
        }
    }
}

package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseServer;
import java.sql.SQLException;

/**
 * Where a contract gets its applications from, so that its subclasses need not say how: each stands on a new database of one
 * kind, which goes with it. Thread-safe.
 */
interface Rigs {

    /**
     * An application, its database holding undo_log.
     *
     * @param parameters of the URL, with what stands before the first; may be empty
     */
    Rig open(String parameters, ResourceManagerOptions options) throws SQLException;

    default Rig open(ResourceManagerOptions options) throws SQLException {
        return open("", options);
    }

    default Rig open() throws SQLException {
        return open(ResourceManagerOptions.defaults());
    }

    static Rigs on(DatabaseServer server) {
        return (parameters, options) -> Rig.on(server, parameters, options);
    }

    static Rigs onH2() {
        return (parameters, options) -> new Rig(parameters, options);
    }

    static Rigs onH2LikeMySql() {
        return (parameters, options) ->
                new Rig(";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE" + parameters, options);
    }

    static Rigs onH2LikePostgreSql() {
        return (parameters, options) -> new Rig(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE" + parameters, options);
    }
}

package dev.lockstep.frameworks.shop;

import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.UUID;

/**
 * An empty database that a shop may have for itself.
 *
 * @param removal what is done when the shop closes
 */
public record ShopDatabase(DatabaseProduct product, String url, String user, String password, Removal removal) {

    /** Takes the database away. */
    public interface Removal {
        void run() throws SQLException;
    }

    /** H2 as it is by itself: names in upper case. */
    public static ShopDatabase h2() {
        return h2("");
    }

    /** H2 in its MySQL mode, as its documentation advises to set it. */
    public static ShopDatabase h2LikeMySql() {
        return h2(";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
    }

    /** H2 in its PostgreSQL mode, as its documentation advises to set it. */
    public static ShopDatabase h2LikePostgreSql() {
        return h2(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH");
    }

    /** It goes with its last connection, which is the pool's. */
    private static ShopDatabase h2(String settings) {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=1000" + settings;
        return new ShopDatabase(DatabaseProduct.H2, url, "sa", "", () -> {});
    }

    /** A new database on a server. */
    public static ShopDatabase on(DatabaseServer server) throws SQLException {
        TestDatabase database = server.createDatabase();
        DatabaseProduct product = switch (server.kind()) {
            case POSTGRES -> DatabaseProduct.POSTGRESQL;
            case MYSQL -> DatabaseProduct.MYSQL;
            case MARIADB -> DatabaseProduct.MARIADB;
        };
        return new ShopDatabase(product, database.url(), database.user(), database.password(), database::close);
    }
}

package dev.lockstep.spring;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** Databases in memory, each with an undo log table and one row of stock, whose amount is 10. */
final class StockDatabase {

    private StockDatabase() {}

    static JdbcDataSource create() {
        JdbcDataSource database = at("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        new ResourceDatabasePopulator(new ClassPathResource("dev/lockstep/rm/undo_log/h2.sql")).execute(database);
        JdbcTemplate template = new JdbcTemplate(database);
        template.execute("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)");
        template.execute("INSERT INTO stock VALUES (1, 10)");
        return database;
    }

    /** One of these again, by its URL. */
    static JdbcDataSource at(String url) {
        var database = new JdbcDataSource();
        database.setURL(url);
        return database;
    }

    static @Nullable Integer amount(DataSource database) {
        return new JdbcTemplate(database).queryForObject("SELECT amount FROM stock", Integer.class);
    }

    static int undoLogs(DataSource database) {
        Integer count = new JdbcTemplate(database).queryForObject("SELECT COUNT(*) FROM undo_log", Integer.class);
        return count == null ? 0 : count;
    }
}

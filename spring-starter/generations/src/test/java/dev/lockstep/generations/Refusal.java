package dev.lockstep.generations;

import io.seata.spring.annotation.GlobalTransactional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** Takes goods, and forbids the global transaction that it takes part in to commit, as any annotated method that fails. */
@Service
class Refusal {

    /** What the stock application makes of the failure. */
    enum Told {
        /** The framework's own answer to an exception. */
        AS_ERROR,
        /** An answer of the handler's, which is not on its way before the handler has returned. */
        BY_HANDLER,
        /** An answer that is on its way before the handler returns. */
        EARLY
    }

    private final JdbcTemplate database;

    Refusal(JdbcTemplate database) {
        this.database = database;
    }

    @GlobalTransactional
    public void takeAndFail(String item) {
        database.update("UPDATE stock SET amount = amount - 1 WHERE item = ?", item);
        throw new IllegalStateException("the stock is closed");
    }
}

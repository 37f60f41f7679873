package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall.InsertOutcome;
import dev.lockstep.rm.at.image.WriteCall.Instead;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Runs texts of ours in place of the user's statement, and keeps for the user what they give. Not thread-safe, as a JDBC
 * statement is not.
 */
final class Replacement {

    private final AtConnection connection;
    private final Statement user;
    private final CapturedResult captured;

    Replacement(AtConnection connection, Statement user, CapturedResult captured) {
        this.connection = connection;
        this.user = user;
        this.captured = captured;
    }

    long run(Instead text) throws SQLException {
        try (PreparedStatement statement = connection.raw().prepareStatement(text.sql())) {
            statement.setQueryTimeout(user.getQueryTimeout());
            text.binding().bind(statement);
            return statement.executeUpdate();
        }
    }

    InsertOutcome runReturningKeys(Instead text, TableMeta table, KeyWish wish) throws SQLException {
        PreparedStatement statement = wish.prepare(connection.raw(), text.sql(), table);
        captured.hold(statement);
        statement.setQueryTimeout(user.getQueryTimeout());
        text.binding().bind(statement);
        int affected = statement.executeUpdate();
        ResultSet keys = RewindableKeys.of(statement.getGeneratedKeys());
        if (!wish.isNone()) {
            captured.keys(keys);
        }
        return new InsertOutcome(affected, keys);
    }

    ResultSet runForRows(Instead text, int hidden) throws SQLException {
        ResultSet rows = query(text);
        captured.rows(new TrimmedRows(user, rows, hidden));
        return rows;
    }

    ResultSet runForKeys(Instead text, int hidden) throws SQLException {
        ResultSet rows = query(text);
        captured.keys(new TrimmedRows(user, rows, hidden));
        return rows;
    }

    /** Rows that can be read twice: by the capture and by the user. */
    private ResultSet query(Instead text) throws SQLException {
        PreparedStatement statement = connection
                .raw()
                .prepareStatement(text.sql(), ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        captured.hold(statement);
        statement.setQueryTimeout(user.getQueryTimeout());
        text.binding().bind(statement);
        return statement.executeQuery();
    }
}

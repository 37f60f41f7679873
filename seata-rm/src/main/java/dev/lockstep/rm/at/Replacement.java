package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.Substitute;
import dev.lockstep.rm.at.image.WriteCall.InsertOutcome;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Runs texts of ours in place of the user's statement, and keeps for the user what they give. Not thread-safe, as a JDBC
 * statement is not.
 */
final class Replacement implements Substitute {

    private final RunsInside inside;
    private final Statement user;
    private final CapturedResult captured;
    private final KeyWish wish;

    /**
     * @param user the driver's own statement
     * @param wish which keys the user wants to get back from it
     */
    Replacement(RunsInside inside, Statement user, CapturedResult captured, KeyWish wish) {
        this.inside = inside;
        this.user = user;
        this.captured = captured;
        this.wish = wish;
    }

    @Override
    public long run(Text text) throws SQLException {
        try (PreparedStatement statement = inside.raw().prepareStatement(text.sql())) {
            statement.setQueryTimeout(user.getQueryTimeout());
            text.binding().bind(statement);
            return statement.executeUpdate();
        }
    }

    @Override
    public InsertOutcome runReturningKeys(Text text, TableMeta table) throws SQLException {
        if (wish.isNone()) {
            // The capture has read the keys of the piece before, and nobody else will.
            captured.closeStatements();
        }
        PreparedStatement statement = wish.prepare(inside.raw(), text.sql(), table);
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

    @Override
    public ResultSet runForRows(Text text, int hidden) throws SQLException {
        ResultSet rows = query(text);
        captured.rows(new TrimmedRows(user, rows, hidden));
        return rows;
    }

    @Override
    public ResultSet runForKeys(Text text, int hidden) throws SQLException {
        ResultSet rows = query(text);
        captured.keys(new TrimmedRows(user, rows, hidden));
        return rows;
    }

    /** Rows that can be read twice: by the capture and by the user. */
    private ResultSet query(Text text) throws SQLException {
        PreparedStatement statement = inside.raw()
                .prepareStatement(text.sql(), ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        captured.hold(statement);
        statement.setQueryTimeout(user.getQueryTimeout());
        text.binding().bind(statement);
        return statement.executeQuery();
    }
}

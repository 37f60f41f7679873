package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.image.WriteCall.InsertOutcome;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Runs texts of ours that do the work of the user's statement or a part of it, and keeps for the user what they give. */
public interface Substitute {

    /** Gives the number of rows affected. */
    long run(Text text) throws SQLException;

    /**
     * As {@link WriteCall#runReturningKeys}, with another text; what the user wished for is added up over all texts of one
     * statement.
     */
    InsertOutcome runReturningKeys(Text text, TableMeta table) throws SQLException;

    /**
     * Runs a text that gives rows, which the user gets as the statement's result, the last columns of them aside.
     *
     * @param hidden how many columns at the end the user does not see
     * @return all columns; to be left before the first row
     */
    ResultSet runForRows(Text text, int hidden) throws SQLException;

    /** As {@link #runForRows}, where the user gets the rows as generated keys. */
    ResultSet runForKeys(Text text, int hidden) throws SQLException;

    /**
     * A text that runs in place of the user's.
     *
     * @param sql the text
     * @param binding binds all its parameters
     */
    record Text(String sql, Binding binding) {

        /** Binds parameters. */
        @FunctionalInterface
        public interface Binding {
            void bind(PreparedStatement statement) throws SQLException;
        }
    }
}

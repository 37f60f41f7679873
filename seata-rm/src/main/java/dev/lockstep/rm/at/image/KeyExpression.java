package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.Slice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One column of the key of a new row, as SQL that gives the value which the database has stored. Immutable. */
sealed interface KeyExpression {

    /** The SQL. */
    String sql();

    /** Binds its parameters from this index on; gives the index after them. */
    int bind(PreparedStatement statement, int index) throws SQLException;

    /** The value, in whatever Java type; null where it is not known here. */
    @Nullable
    Object value();

    /**
     * A value as the INSERT gives it.
     *
     * @param sql what the column makes of it
     */
    record Given(
            String sql,
            Slice slice,
            BoundParameters frame,
            @Nullable Object value) implements KeyExpression {
        @Override
        public int bind(PreparedStatement statement, int index) throws SQLException {
            return frame.bindSlice(slice, statement, index);
        }
    }

    /** The constant that the column has as its default. */
    record Constant(String value) implements KeyExpression {
        @Override
        public String sql() {
            return "?";
        }

        @Override
        public int bind(PreparedStatement statement, int index) throws SQLException {
            statement.setString(index, value);
            return index + 1;
        }
    }

    /** A number that the database made up. */
    record Generated(BigInteger value) implements KeyExpression {
        @Override
        public String sql() {
            return "?";
        }

        @Override
        public int bind(PreparedStatement statement, int index) throws SQLException {
            statement.setBigDecimal(index, new BigDecimal(value));
            return index + 1;
        }
    }
}

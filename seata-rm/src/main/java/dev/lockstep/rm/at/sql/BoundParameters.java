package dev.lockstep.rm.at.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values bound to a prepared statement at one moment, as they were given: one frame per execution, and one per
 * {@code addBatch}. Immutable, as far as the objects that the user bound are.
 */
public final class BoundParameters {

    /** No parameters, as in a plain statement. */
    public static final BoundParameters NONE = new BoundParameters(List.of());

    /** One bound value. */
    public interface Binding {

        /** Calls the setter of {@link PreparedStatement} that the user called. */
        void bind(PreparedStatement statement, int index) throws SQLException;

        /** What was given to the setter; a Long for every whole number, null for NULL. */
        @Nullable
        Object value();

        /** What the driver sends: a Long for every whole number, a BigDecimal, or a String; null unless that is certain. */
        @Nullable
        Object sent();
    }

    /** The binding of parameter {@code i + 1}; null where nothing was bound. */
    private final List<@Nullable Binding> bindings;

    /** Takes over the list, which nobody may change afterwards. */
    public BoundParameters(List<@Nullable Binding> bindings) {
        this.bindings = bindings;
    }

    /** Binds everything to the same statement text. */
    public void bindAll(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < bindings.size(); i++) {
            bind(i + 1, statement, i + 1);
        }
    }

    /**
     * Binds the parameters of one slice to another statement in which that slice stands.
     *
     * @param firstIndex the index there of the slice's first parameter
     * @return the index after its last one
     */
    public int bindSlice(@Nullable Slice slice, PreparedStatement statement, int firstIndex) throws SQLException {
        if (slice == null) {
            return firstIndex;
        }
        for (int i = 0; i < slice.parameterCount(); i++) {
            bind(slice.firstParameter() + i, statement, firstIndex + i);
        }
        return firstIndex + slice.parameterCount();
    }

    /** What was bound to one parameter, counted from 1. */
    public @Nullable Object value(int parameter) throws SQLException {
        return binding(parameter).value();
    }

    /** The whole number that was bound to one parameter, counted from 1; null unless that is certain. */
    public @Nullable Long wholeNumber(int parameter) throws SQLException {
        return sent(parameter) instanceof Long number ? number : null;
    }

    /** What is sent for one parameter, counted from 1: see {@link Binding#sent}. */
    public @Nullable Object sent(int parameter) throws SQLException {
        return binding(parameter).sent();
    }

    private void bind(int from, PreparedStatement statement, int to) throws SQLException {
        binding(from).bind(statement, to);
    }

    private Binding binding(int parameter) throws SQLException {
        Binding binding = parameter <= bindings.size() ? bindings.get(parameter - 1) : null;
        if (this == NONE) {
            throw new SQLException(
                    "A plain statement has no parameters, and a ? in it cannot be told from one when its rows are imaged."
                            + " Nothing was run; use a PreparedStatement, in which PostgreSQL's operators are written with ??.",
                    "07001");
        }
        if (binding == null) {
            throw new SQLException("Parameter " + parameter + " is not set.", "07001");
        }
        return binding;
    }
}

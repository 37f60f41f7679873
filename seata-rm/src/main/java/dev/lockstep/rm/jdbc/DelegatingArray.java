package dev.lockstep.rm.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * Forwards to an array. The statement of its result sets is the wrapping one, never one of the driver's own. Drivers are given
 * back their own object, see {@link #behind}. Not thread-safe.
 */
@NullUnmarked
public final class DelegatingArray implements Array {

    private final Statement statement;
    private final Array delegate;

    private DelegatingArray(Statement statement, Array delegate) {
        this.statement = statement;
        this.delegate = delegate;
    }

    /**
     * What the user sees of an array; null stays null.
     *
     * @param statement what the array's result sets belong to; null where it came from none
     */
    static Array of(Statement statement, Array array) {
        return array == null ? null : new DelegatingArray(statement, behind(array));
    }

    /** What the user sees of a value that may be an array. */
    static Object of(Statement statement, Object value) {
        return value instanceof Array array ? of(statement, array) : value;
    }

    /** The same where the user asked for this type, which may be a driver's own. */
    static <T> T of(Statement statement, T value, Class<T> type) {
        return type == Array.class ? type.cast(of(statement, (Array) value)) : value;
    }

    /** What the driver sees of a value that may be an array of ours. */
    public static Object behind(Object value) {
        return value instanceof DelegatingArray array ? array.delegate : value;
    }

    /** What the driver sees of an array that may be one of ours. */
    public static Array behind(Array array) {
        return array instanceof DelegatingArray ours ? ours.delegate : array;
    }

    private ResultSet wrap(ResultSet rows) {
        return DelegatingResultSet.of(statement, rows);
    }

    @Override
    public String getBaseTypeName() throws SQLException {
        return delegate.getBaseTypeName();
    }

    @Override
    public int getBaseType() throws SQLException {
        return delegate.getBaseType();
    }

    @Override
    public Object getArray() throws SQLException {
        return delegate.getArray();
    }

    @Override
    public Object getArray(Map<String, Class<?>> map) throws SQLException {
        return delegate.getArray(map);
    }

    @Override
    public Object getArray(long index, int count) throws SQLException {
        return delegate.getArray(index, count);
    }

    @Override
    public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return delegate.getArray(index, count, map);
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        return wrap(delegate.getResultSet());
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        return wrap(delegate.getResultSet(map));
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        return wrap(delegate.getResultSet(index, count));
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return wrap(delegate.getResultSet(index, count, map));
    }

    @Override
    public void free() throws SQLException {
        delegate.free();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DelegatingArray array && delegate.equals(array.delegate);
    }

    @Override
    public int hashCode() {
        return delegate.hashCode();
    }

    /** The driver's text, which with PostgreSQL is the array's literal. */
    @Override
    public String toString() {
        return delegate.toString();
    }
}

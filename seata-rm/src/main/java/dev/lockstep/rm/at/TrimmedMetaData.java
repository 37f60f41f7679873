package dev.lockstep.rm.at;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Describes the first columns of rows and none behind them. Immutable. */
final class TrimmedMetaData implements ResultSetMetaData {

    private final ResultSetMetaData all;
    private final int columns;

    TrimmedMetaData(ResultSetMetaData all, int columns) {
        this.all = all;
        this.columns = columns;
    }

    private int checked(int column) throws SQLException {
        if (column < 1 || column > columns) {
            throw new SQLException("No column " + column + ": there are " + columns + ".", "07009");
        }
        return column;
    }

    @Override
    public int getColumnCount() {
        return columns;
    }

    @Override
    public boolean isAutoIncrement(int column) throws SQLException {
        return all.isAutoIncrement(checked(column));
    }

    @Override
    public boolean isCaseSensitive(int column) throws SQLException {
        return all.isCaseSensitive(checked(column));
    }

    @Override
    public boolean isSearchable(int column) throws SQLException {
        return all.isSearchable(checked(column));
    }

    @Override
    public boolean isCurrency(int column) throws SQLException {
        return all.isCurrency(checked(column));
    }

    @Override
    public int isNullable(int column) throws SQLException {
        return all.isNullable(checked(column));
    }

    @Override
    public boolean isSigned(int column) throws SQLException {
        return all.isSigned(checked(column));
    }

    @Override
    public int getColumnDisplaySize(int column) throws SQLException {
        return all.getColumnDisplaySize(checked(column));
    }

    @Override
    public String getColumnLabel(int column) throws SQLException {
        return all.getColumnLabel(checked(column));
    }

    @Override
    public String getColumnName(int column) throws SQLException {
        return all.getColumnName(checked(column));
    }

    @Override
    public String getSchemaName(int column) throws SQLException {
        return all.getSchemaName(checked(column));
    }

    @Override
    public int getPrecision(int column) throws SQLException {
        return all.getPrecision(checked(column));
    }

    @Override
    public int getScale(int column) throws SQLException {
        return all.getScale(checked(column));
    }

    @Override
    public String getTableName(int column) throws SQLException {
        return all.getTableName(checked(column));
    }

    @Override
    public String getCatalogName(int column) throws SQLException {
        return all.getCatalogName(checked(column));
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        return all.getColumnType(checked(column));
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        return all.getColumnTypeName(checked(column));
    }

    @Override
    public boolean isReadOnly(int column) throws SQLException {
        return all.isReadOnly(checked(column));
    }

    @Override
    public boolean isWritable(int column) throws SQLException {
        return all.isWritable(checked(column));
    }

    @Override
    public boolean isDefinitelyWritable(int column) throws SQLException {
        return all.isDefinitelyWritable(checked(column));
    }

    @Override
    public String getColumnClassName(int column) throws SQLException {
        return all.getColumnClassName(checked(column));
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : all.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || all.isWrapperFor(type);
    }
}

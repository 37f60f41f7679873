package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingArray;
import dev.lockstep.rm.jdbc.DelegatingPreparedStatement;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Calendar;
import org.jspecify.annotations.NullUnmarked;

/**
 * Forwards every setter and records what it bound. Inside a global transaction streams are read at once, since they may be
 * needed more than once. No other logic. Not thread-safe, as a JDBC statement is not.
 */
@NullUnmarked
abstract class RecordingPreparedStatement extends DelegatingPreparedStatement {

    final AtConnection connection;
    final ParameterRecorder parameters = new ParameterRecorder();

    RecordingPreparedStatement(AtConnection connection, PreparedStatement delegate) {
        super(connection, delegate);
        this.connection = connection;
    }

    @Override
    protected ResultSet wrap(ResultSet resultSet) {
        return new AtResultSet(connection, this, resultSet);
    }

    @Override
    public void clearParameters() throws SQLException {
        super.clearParameters();
        parameters.clear();
    }

    @Override
    public void setNull(int index, int sqlType) throws SQLException {
        super.setNull(index, sqlType);
        parameters.record(index, ParameterRecorder.NULL, sqlType);
    }

    @Override
    public void setNull(int index, int sqlType, String typeName) throws SQLException {
        super.setNull(index, sqlType, typeName);
        parameters.record(index, ParameterRecorder.NULL_NAMED, sqlType, null, typeName);
    }

    @Override
    public void setBoolean(int index, boolean x) throws SQLException {
        super.setBoolean(index, x);
        parameters.record(index, ParameterRecorder.BOOLEAN, x ? 1 : 0);
    }

    @Override
    public void setByte(int index, byte x) throws SQLException {
        super.setByte(index, x);
        parameters.record(index, ParameterRecorder.BYTE, x);
    }

    @Override
    public void setShort(int index, short x) throws SQLException {
        super.setShort(index, x);
        parameters.record(index, ParameterRecorder.SHORT, x);
    }

    @Override
    public void setInt(int index, int x) throws SQLException {
        super.setInt(index, x);
        parameters.record(index, ParameterRecorder.INT, x);
    }

    @Override
    public void setLong(int index, long x) throws SQLException {
        super.setLong(index, x);
        parameters.record(index, ParameterRecorder.LONG, x);
    }

    @Override
    public void setFloat(int index, float x) throws SQLException {
        super.setFloat(index, x);
        parameters.record(index, ParameterRecorder.FLOAT, Float.floatToRawIntBits(x));
    }

    @Override
    public void setDouble(int index, double x) throws SQLException {
        super.setDouble(index, x);
        parameters.record(index, ParameterRecorder.DOUBLE, Double.doubleToRawLongBits(x));
    }

    @Override
    public void setBigDecimal(int index, BigDecimal x) throws SQLException {
        super.setBigDecimal(index, x);
        parameters.record(index, ParameterRecorder.BIG_DECIMAL, x);
    }

    @Override
    public void setString(int index, String x) throws SQLException {
        super.setString(index, x);
        parameters.record(index, ParameterRecorder.STRING, x);
    }

    @Override
    public void setNString(int index, String x) throws SQLException {
        super.setNString(index, x);
        parameters.record(index, ParameterRecorder.NSTRING, x);
    }

    @Override
    public void setBytes(int index, byte[] x) throws SQLException {
        super.setBytes(index, x);
        parameters.record(index, ParameterRecorder.BYTES, ParameterRecorder.frozen(x));
    }

    @Override
    public void setDate(int index, Date x) throws SQLException {
        super.setDate(index, x);
        parameters.record(index, ParameterRecorder.DATE, ParameterRecorder.frozen(x));
    }

    @Override
    public void setTime(int index, Time x) throws SQLException {
        super.setTime(index, x);
        parameters.record(index, ParameterRecorder.TIME, ParameterRecorder.frozen(x));
    }

    @Override
    public void setTimestamp(int index, Timestamp x) throws SQLException {
        super.setTimestamp(index, x);
        parameters.record(index, ParameterRecorder.TIMESTAMP, ParameterRecorder.frozen(x));
    }

    @Override
    public void setObject(int index, Object x) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT, 0, x, null);
    }

    @Override
    public void setURL(int index, URL x) throws SQLException {
        super.setURL(index, x);
        parameters.record(index, ParameterRecorder.URL_VALUE, x);
    }

    @Override
    public void setArray(int index, Array x) throws SQLException {
        super.setArray(index, x);
        parameters.record(index, ParameterRecorder.ARRAY, DelegatingArray.behind(x));
    }

    @Override
    public void setBlob(int index, Blob x) throws SQLException {
        super.setBlob(index, x);
        parameters.record(index, ParameterRecorder.BLOB, x);
    }

    @Override
    public void setClob(int index, Clob x) throws SQLException {
        super.setClob(index, x);
        parameters.record(index, ParameterRecorder.CLOB, x);
    }

    @Override
    public void setNClob(int index, NClob x) throws SQLException {
        super.setNClob(index, x);
        parameters.record(index, ParameterRecorder.NCLOB, x);
    }

    @Override
    public void setRef(int index, Ref x) throws SQLException {
        super.setRef(index, x);
        parameters.record(index, ParameterRecorder.REF, x);
    }

    @Override
    public void setRowId(int index, RowId x) throws SQLException {
        super.setRowId(index, x);
        parameters.record(index, ParameterRecorder.ROW_ID, x);
    }

    @Override
    public void setSQLXML(int index, SQLXML x) throws SQLException {
        super.setSQLXML(index, x);
        parameters.record(index, ParameterRecorder.SQL_XML, x);
    }

    @Override
    public void setDate(int index, Date x, Calendar calendar) throws SQLException {
        super.setDate(index, x, calendar);
        parameters.record(
                index, ParameterRecorder.DATE_IN, 0, ParameterRecorder.frozen(x), ParameterRecorder.frozen(calendar));
    }

    @Override
    public void setTime(int index, Time x, Calendar calendar) throws SQLException {
        super.setTime(index, x, calendar);
        parameters.record(
                index, ParameterRecorder.TIME_IN, 0, ParameterRecorder.frozen(x), ParameterRecorder.frozen(calendar));
    }

    @Override
    public void setTimestamp(int index, Timestamp x, Calendar calendar) throws SQLException {
        super.setTimestamp(index, x, calendar);
        parameters.record(
                index,
                ParameterRecorder.TIMESTAMP_IN,
                0,
                ParameterRecorder.frozen(x),
                ParameterRecorder.frozen(calendar));
    }

    @Override
    public void setObject(int index, Object x, int targetSqlType) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT_OF, targetSqlType, x, null);
    }

    @Override
    public void setObject(int index, Object x, int targetSqlType, int scaleOrLength) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT_SCALED, targetSqlType, x, scaleOrLength);
    }

    @Override
    public void setObject(int index, Object x, SQLType targetSqlType) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT_OF_TYPE, 0, x, targetSqlType);
    }

    @Override
    public void setObject(int index, Object x, SQLType targetSqlType, int scaleOrLength) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT_OF_TYPE_SCALED, scaleOrLength, x, targetSqlType);
    }

    @Override
    public void setAsciiStream(int index, InputStream x, int length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setAsciiStream(index, x, length);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.ASCII_STREAM, bytes(x, length));
        }
    }

    @Override
    public void setAsciiStream(int index, InputStream x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setAsciiStream(index, x, length);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.ASCII_STREAM, bytes(x, length));
        }
    }

    @Override
    public void setAsciiStream(int index, InputStream x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setAsciiStream(index, x);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.ASCII_STREAM, bytes(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setBinaryStream(int index, InputStream x, int length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setBinaryStream(index, x, length);
            forwarded(index, x, Types.VARBINARY);
        } else {
            rebind(index, ParameterRecorder.BINARY_STREAM, bytes(x, length));
        }
    }

    @Override
    public void setBinaryStream(int index, InputStream x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setBinaryStream(index, x, length);
            forwarded(index, x, Types.VARBINARY);
        } else {
            rebind(index, ParameterRecorder.BINARY_STREAM, bytes(x, length));
        }
    }

    @Override
    public void setBinaryStream(int index, InputStream x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setBinaryStream(index, x);
            forwarded(index, x, Types.VARBINARY);
        } else {
            rebind(index, ParameterRecorder.BINARY_STREAM, bytes(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setBlob(int index, InputStream x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setBlob(index, x, length);
            forwarded(index, x, Types.BLOB);
        } else {
            rebind(index, ParameterRecorder.BLOB_STREAM, bytes(x, length));
        }
    }

    @Override
    public void setBlob(int index, InputStream x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setBlob(index, x);
            forwarded(index, x, Types.BLOB);
        } else {
            rebind(index, ParameterRecorder.BLOB_STREAM, bytes(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setCharacterStream(int index, Reader x, int length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setCharacterStream(index, x, length);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.CHARACTER_STREAM, text(x, length));
        }
    }

    @Override
    public void setCharacterStream(int index, Reader x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setCharacterStream(index, x, length);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.CHARACTER_STREAM, text(x, length));
        }
    }

    @Override
    public void setCharacterStream(int index, Reader x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setCharacterStream(index, x);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.CHARACTER_STREAM, text(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setNCharacterStream(int index, Reader x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setNCharacterStream(index, x, length);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.NCHARACTER_STREAM, text(x, length));
        }
    }

    @Override
    public void setNCharacterStream(int index, Reader x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setNCharacterStream(index, x);
            forwarded(index, x, Types.VARCHAR);
        } else {
            rebind(index, ParameterRecorder.NCHARACTER_STREAM, text(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setClob(int index, Reader x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setClob(index, x, length);
            forwarded(index, x, Types.CLOB);
        } else {
            rebind(index, ParameterRecorder.CLOB_READER, text(x, length));
        }
    }

    @Override
    public void setClob(int index, Reader x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setClob(index, x);
            forwarded(index, x, Types.CLOB);
        } else {
            rebind(index, ParameterRecorder.CLOB_READER, text(x, Long.MAX_VALUE));
        }
    }

    @Override
    public void setNClob(int index, Reader x, long length) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setNClob(index, x, length);
            forwarded(index, x, Types.CLOB);
        } else {
            rebind(index, ParameterRecorder.NCLOB_READER, text(x, length));
        }
    }

    @Override
    public void setNClob(int index, Reader x) throws SQLException {
        if (x == null || !connection.isInside()) {
            super.setNClob(index, x);
            forwarded(index, x, Types.CLOB);
        } else {
            rebind(index, ParameterRecorder.NCLOB_READER, text(x, Long.MAX_VALUE));
        }
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public void setUnicodeStream(int index, InputStream x, int length) throws SQLException {
        super.setUnicodeStream(index, x, length);
        forwarded(index, x, Types.VARCHAR);
    }

    /** What went straight to the driver: a stream cannot be had again, and no stream is null. */
    private void forwarded(int index, Object stream, int sqlType) {
        if (stream == null) {
            parameters.record(index, ParameterRecorder.NULL, sqlType);
        } else {
            parameters.record(index, ParameterRecorder.STREAM_GONE, null);
        }
    }

    /** An object may be a stream as well. */
    private void bindObject(int index, ParameterRecorder.Setter setter, long bits, Object given, Object extra)
            throws SQLException {
        Object x = DelegatingArray.behind(given);
        boolean stream = x instanceof InputStream || x instanceof Reader;
        if (stream && connection.isInside()) {
            Object content = x instanceof InputStream bytes
                    ? new ParameterRecorder.StreamedBytes(bytes(bytes, Long.MAX_VALUE))
                    : new ParameterRecorder.StreamedText(text((Reader) x, Long.MAX_VALUE));
            setter.bind(delegate(), index, bits, content, extra);
            parameters.record(index, setter, bits, content, extra);
            return;
        }
        setter.bind(delegate(), index, bits, x, extra);
        if (stream) {
            parameters.record(index, ParameterRecorder.STREAM_GONE, null);
        } else {
            parameters.record(index, setter, bits, ParameterRecorder.frozen(x), extra);
        }
    }

    private void rebind(int index, ParameterRecorder.Setter setter, byte[] bytes) throws SQLException {
        setter.bind(delegate(), index, bytes.length, bytes, null);
        parameters.record(index, setter, bytes.length, bytes, null);
    }

    private void rebind(int index, ParameterRecorder.Setter setter, String text) throws SQLException {
        setter.bind(delegate(), index, text.length(), text, null);
        parameters.record(index, setter, text.length(), text, null);
    }

    private static byte[] bytes(InputStream stream, long length) throws SQLException {
        try {
            return stream.readNBytes((int) Math.min(length, Integer.MAX_VALUE - 8));
        } catch (IOException e) {
            throw new SQLException("A stream bound as a parameter cannot be read", e);
        }
    }

    private static String text(Reader reader, long length) throws SQLException {
        StringWriter text = new StringWriter();
        char[] buffer = new char[4096];
        long left = length;
        try {
            while (left > 0) {
                int read = reader.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    break;
                }
                text.write(buffer, 0, read);
                left -= read;
            }
        } catch (IOException e) {
            throw new SQLException("A reader bound as a parameter cannot be read", e);
        }
        return text.toString();
    }
}

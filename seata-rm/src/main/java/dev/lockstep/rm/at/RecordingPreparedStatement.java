package dev.lockstep.rm.at;

import static dev.lockstep.rm.at.ParameterRecorder.ASCII_STREAM;
import static dev.lockstep.rm.at.ParameterRecorder.BINARY_STREAM;
import static dev.lockstep.rm.at.ParameterRecorder.BLOB_STREAM;
import static dev.lockstep.rm.at.ParameterRecorder.CHARACTER_STREAM;
import static dev.lockstep.rm.at.ParameterRecorder.CLOB_READER;
import static dev.lockstep.rm.at.ParameterRecorder.DATE_IN;
import static dev.lockstep.rm.at.ParameterRecorder.NCHARACTER_STREAM;
import static dev.lockstep.rm.at.ParameterRecorder.NCLOB_READER;
import static dev.lockstep.rm.at.ParameterRecorder.TIMESTAMP_IN;
import static dev.lockstep.rm.at.ParameterRecorder.TIME_IN;
import static dev.lockstep.rm.at.ParameterRecorder.frozen;

import dev.lockstep.rm.jdbc.DelegatingArray;
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
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSetMetaData;
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
abstract class RecordingPreparedStatement extends CapturingStatement implements PreparedStatement {

    final ParameterRecorder parameters = new ParameterRecorder();
    private final PreparedStatement delegate;

    RecordingPreparedStatement(AtConnection connection, PreparedStatement delegate) {
        super(connection, delegate);
        this.delegate = delegate;
    }

    @Override
    protected final PreparedStatement delegate() {
        return delegate;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        return delegate.getMetaData();
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        return delegate.getParameterMetaData();
    }

    // ---- what is bound

    @Override
    public void clearParameters() throws SQLException {
        delegate.clearParameters();
        parameters.clear();
    }

    @Override
    public void setNull(int index, int sqlType) throws SQLException {
        delegate.setNull(index, sqlType);
        parameters.record(index, ParameterRecorder.NULL, sqlType);
    }

    @Override
    public void setNull(int index, int sqlType, String typeName) throws SQLException {
        delegate.setNull(index, sqlType, typeName);
        parameters.record(index, ParameterRecorder.NULL_NAMED, sqlType, null, typeName);
    }

    @Override
    public void setBoolean(int index, boolean x) throws SQLException {
        delegate.setBoolean(index, x);
        parameters.record(index, ParameterRecorder.BOOLEAN, x ? 1 : 0);
    }

    @Override
    public void setByte(int index, byte x) throws SQLException {
        delegate.setByte(index, x);
        parameters.record(index, ParameterRecorder.BYTE, x);
    }

    @Override
    public void setShort(int index, short x) throws SQLException {
        delegate.setShort(index, x);
        parameters.record(index, ParameterRecorder.SHORT, x);
    }

    @Override
    public void setInt(int index, int x) throws SQLException {
        delegate.setInt(index, x);
        parameters.record(index, ParameterRecorder.INT, x);
    }

    @Override
    public void setLong(int index, long x) throws SQLException {
        delegate.setLong(index, x);
        parameters.record(index, ParameterRecorder.LONG, x);
    }

    @Override
    public void setFloat(int index, float x) throws SQLException {
        delegate.setFloat(index, x);
        parameters.record(index, ParameterRecorder.FLOAT, Float.floatToRawIntBits(x));
    }

    @Override
    public void setDouble(int index, double x) throws SQLException {
        delegate.setDouble(index, x);
        parameters.record(index, ParameterRecorder.DOUBLE, Double.doubleToRawLongBits(x));
    }

    @Override
    public void setBigDecimal(int index, BigDecimal x) throws SQLException {
        delegate.setBigDecimal(index, x);
        parameters.record(index, ParameterRecorder.BIG_DECIMAL, x);
    }

    @Override
    public void setString(int index, String x) throws SQLException {
        delegate.setString(index, x);
        parameters.record(index, ParameterRecorder.STRING, x);
    }

    @Override
    public void setNString(int index, String x) throws SQLException {
        delegate.setNString(index, x);
        parameters.record(index, ParameterRecorder.NSTRING, x);
    }

    @Override
    public void setBytes(int index, byte[] x) throws SQLException {
        delegate.setBytes(index, x);
        parameters.record(index, ParameterRecorder.BYTES, frozen(x));
    }

    @Override
    public void setDate(int index, Date x) throws SQLException {
        delegate.setDate(index, x);
        parameters.record(index, ParameterRecorder.DATE, frozen(x));
    }

    @Override
    public void setTime(int index, Time x) throws SQLException {
        delegate.setTime(index, x);
        parameters.record(index, ParameterRecorder.TIME, frozen(x));
    }

    @Override
    public void setTimestamp(int index, Timestamp x) throws SQLException {
        delegate.setTimestamp(index, x);
        parameters.record(index, ParameterRecorder.TIMESTAMP, frozen(x));
    }

    @Override
    public void setObject(int index, Object x) throws SQLException {
        bindObject(index, ParameterRecorder.OBJECT, 0, x, null);
    }

    @Override
    public void setURL(int index, URL x) throws SQLException {
        delegate.setURL(index, x);
        parameters.record(index, ParameterRecorder.URL_VALUE, x);
    }

    @Override
    public void setArray(int index, Array x) throws SQLException {
        delegate.setArray(index, x);
        parameters.record(index, ParameterRecorder.ARRAY, DelegatingArray.behind(x));
    }

    @Override
    public void setBlob(int index, Blob x) throws SQLException {
        delegate.setBlob(index, x);
        parameters.record(index, ParameterRecorder.BLOB, x);
    }

    @Override
    public void setClob(int index, Clob x) throws SQLException {
        delegate.setClob(index, x);
        parameters.record(index, ParameterRecorder.CLOB, x);
    }

    @Override
    public void setNClob(int index, NClob x) throws SQLException {
        delegate.setNClob(index, x);
        parameters.record(index, ParameterRecorder.NCLOB, x);
    }

    @Override
    public void setRef(int index, Ref x) throws SQLException {
        delegate.setRef(index, x);
        parameters.record(index, ParameterRecorder.REF, x);
    }

    @Override
    public void setRowId(int index, RowId x) throws SQLException {
        delegate.setRowId(index, x);
        parameters.record(index, ParameterRecorder.ROW_ID, x);
    }

    @Override
    public void setSQLXML(int index, SQLXML x) throws SQLException {
        delegate.setSQLXML(index, x);
        parameters.record(index, ParameterRecorder.SQL_XML, x);
    }

    @Override
    public void setDate(int index, Date x, Calendar calendar) throws SQLException {
        delegate.setDate(index, x, calendar);
        parameters.record(index, DATE_IN, 0, frozen(x), frozen(calendar));
    }

    @Override
    public void setTime(int index, Time x, Calendar calendar) throws SQLException {
        delegate.setTime(index, x, calendar);
        parameters.record(index, TIME_IN, 0, frozen(x), frozen(calendar));
    }

    @Override
    public void setTimestamp(int index, Timestamp x, Calendar calendar) throws SQLException {
        delegate.setTimestamp(index, x, calendar);
        parameters.record(index, TIMESTAMP_IN, 0, frozen(x), frozen(calendar));
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
        keep(index, x, length, ASCII_STREAM, Types.VARCHAR, () -> delegate.setAsciiStream(index, x, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream x, long length) throws SQLException {
        keep(index, x, length, ASCII_STREAM, Types.VARCHAR, () -> delegate.setAsciiStream(index, x, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, ASCII_STREAM, Types.VARCHAR, () -> delegate.setAsciiStream(index, x));
    }

    @Override
    public void setBinaryStream(int index, InputStream x, int length) throws SQLException {
        keep(index, x, length, BINARY_STREAM, Types.VARBINARY, () -> delegate.setBinaryStream(index, x, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream x, long length) throws SQLException {
        keep(index, x, length, BINARY_STREAM, Types.VARBINARY, () -> delegate.setBinaryStream(index, x, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, BINARY_STREAM, Types.VARBINARY, () -> delegate.setBinaryStream(index, x));
    }

    @Override
    public void setBlob(int index, InputStream x, long length) throws SQLException {
        keep(index, x, length, BLOB_STREAM, Types.BLOB, () -> delegate.setBlob(index, x, length));
    }

    @Override
    public void setBlob(int index, InputStream x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, BLOB_STREAM, Types.BLOB, () -> delegate.setBlob(index, x));
    }

    @Override
    public void setCharacterStream(int index, Reader x, int length) throws SQLException {
        keep(index, x, length, CHARACTER_STREAM, Types.VARCHAR, () -> delegate.setCharacterStream(index, x, length));
    }

    @Override
    public void setCharacterStream(int index, Reader x, long length) throws SQLException {
        keep(index, x, length, CHARACTER_STREAM, Types.VARCHAR, () -> delegate.setCharacterStream(index, x, length));
    }

    @Override
    public void setCharacterStream(int index, Reader x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, CHARACTER_STREAM, Types.VARCHAR, () -> delegate.setCharacterStream(index, x));
    }

    @Override
    public void setNCharacterStream(int index, Reader x, long length) throws SQLException {
        keep(index, x, length, NCHARACTER_STREAM, Types.VARCHAR, () -> delegate.setNCharacterStream(index, x, length));
    }

    @Override
    public void setNCharacterStream(int index, Reader x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, NCHARACTER_STREAM, Types.VARCHAR, () -> delegate.setNCharacterStream(index, x));
    }

    @Override
    public void setClob(int index, Reader x, long length) throws SQLException {
        keep(index, x, length, CLOB_READER, Types.CLOB, () -> delegate.setClob(index, x, length));
    }

    @Override
    public void setClob(int index, Reader x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, CLOB_READER, Types.CLOB, () -> delegate.setClob(index, x));
    }

    @Override
    public void setNClob(int index, Reader x, long length) throws SQLException {
        keep(index, x, length, NCLOB_READER, Types.CLOB, () -> delegate.setNClob(index, x, length));
    }

    @Override
    public void setNClob(int index, Reader x) throws SQLException {
        keep(index, x, Long.MAX_VALUE, NCLOB_READER, Types.CLOB, () -> delegate.setNClob(index, x));
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public void setUnicodeStream(int index, InputStream x, int length) throws SQLException {
        delegate.setUnicodeStream(index, x, length);
        forwarded(index, x, Types.VARCHAR);
    }

    /** Hands a stream to the driver. */
    private interface AsGiven {
        void bind() throws SQLException;
    }

    /** Reads a stream that may be needed more than once, and binds what was in it. */
    private void keep(
            int index, InputStream x, long length, ParameterRecorder.Setter setter, int sqlType, AsGiven asGiven)
            throws SQLException {
        if (isKept(x)) {
            byte[] bytes = bytes(x, length);
            bind(index, setter, bytes.length, bytes);
        } else {
            asGiven.bind();
            forwarded(index, x, sqlType);
        }
    }

    /** The same of a reader. */
    private void keep(int index, Reader x, long length, ParameterRecorder.Setter setter, int sqlType, AsGiven asGiven)
            throws SQLException {
        if (isKept(x)) {
            String text = text(x, length);
            bind(index, setter, text.length(), text);
        } else {
            asGiven.bind();
            forwarded(index, x, sqlType);
        }
    }

    private boolean isKept(Object stream) {
        return stream != null && connection.transaction().isInside();
    }

    private void bind(int index, ParameterRecorder.Setter setter, long length, Object content) throws SQLException {
        setter.bind(delegate, index, length, content, null);
        parameters.record(index, setter, length, content, null);
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
        if (stream && isKept(x)) {
            Object content = x instanceof InputStream bytes
                    ? new ParameterRecorder.StreamedBytes(bytes(bytes, Long.MAX_VALUE))
                    : new ParameterRecorder.StreamedText(text((Reader) x, Long.MAX_VALUE));
            setter.bind(delegate, index, bits, content, extra);
            parameters.record(index, setter, bits, content, extra);
            return;
        }
        setter.bind(delegate, index, bits, x, extra);
        if (stream) {
            parameters.record(index, ParameterRecorder.STREAM_GONE, null);
        } else {
            parameters.record(index, setter, bits, frozen(x), extra);
        }
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

package dev.lockstep.rm.at.undo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of {@code rollback_info}: the official client's JSON (class JacksonUndoLogParser, 2.0.0), in which every object
 * carries the name of its class and every list is a pair of class name and elements:
 *
 * <pre>
 * {"@class":"io.seata.rm.datasource.undo.BranchUndoLog","xid":..,"branchId":..,
 *  "sqlUndoLogs":["java.util.ArrayList",[
 *    {"@class":"...undo.SQLUndoLog","sqlType":"UPDATE","tableName":..,
 *     "beforeImage":{"@class":"...sql.struct.TableRecords","tableName":..,
 *       "rows":["java.util.ArrayList",[
 *         {"@class":"...sql.struct.Row","fields":["java.util.ArrayList",[
 *           {"@class":"...sql.struct.Field","name":..,"keyType":"PRIMARY_KEY"|"NULL","type":..,"value":..}, ..]]}, ..]]},
 *     "afterImage":{..}}, ..]]}
 * </pre>
 *
 * <p>An image without rows is of class {@code TableRecords$EmptyTableRecords}. Values are described in {@link UndoValues}.
 * Names of both families are read, {@code io.seata} and {@code org.apache.seata} (2.1 and later); they are compared and never
 * loaded. Properties that are not known are skipped.
 *
 * <p>Immutable, thread-safe.
 */
final class UndoLogJson {

    private static final String CLASS = "@class";
    private static final String BRANCH_UNDO_LOG = ".rm.datasource.undo.BranchUndoLog";
    private static final String SQL_UNDO_LOG = ".rm.datasource.undo.SQLUndoLog";
    private static final String TABLE_RECORDS = ".rm.datasource.sql.struct.TableRecords";
    private static final String EMPTY_TABLE_RECORDS = TABLE_RECORDS + "$EmptyTableRecords";
    private static final String ROW = ".rm.datasource.sql.struct.Row";
    private static final String FIELD = ".rm.datasource.sql.struct.Field";
    private static final String LIST = "java.util.ArrayList";
    private static final Set<String> READABLE_LISTS =
            Set.of(LIST, "java.util.LinkedList", "java.util.Arrays$ArrayList", "java.util.Collections$EmptyList");

    // Written once per field or row, so encoded once.
    private static final SerializableString CLASS_FIELD = new SerializedString(CLASS);
    private static final SerializableString LIST_CLASS = new SerializedString(LIST);
    private static final SerializableString SQL_UNDO_LOGS = new SerializedString("sqlUndoLogs");
    private static final SerializableString ROWS = new SerializedString("rows");
    private static final SerializableString FIELDS = new SerializedString("fields");
    private static final SerializableString NAME = new SerializedString("name");
    private static final SerializableString KEY_TYPE = new SerializedString("keyType");
    private static final SerializableString PRIMARY_KEY = new SerializedString("PRIMARY_KEY");
    private static final SerializableString NO_KEY = new SerializedString("NULL");
    private static final SerializableString TYPE = new SerializedString("type");
    private static final SerializableString VALUE = new SerializedString("value");
    private static final SerializableString LONG = new SerializedString("java.lang.Long");
    private static final SerializableString BIG_DECIMAL = new SerializedString("java.math.BigDecimal");

    /** From so many rows on it pays to put together first what stands in the fields of all of them. */
    private static final int MANY_ROWS = 8;

    /** Databases hold numbers of up to some 150,000 digits. */
    static final int LONGEST_NUMBER = 200_000;

    /** A value may be as long as the column that held the whole log; nesting is fixed by the form. */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNestingDepth(40)
            .maxNumberLength(LONGEST_NUMBER)
            .build();

    private static final SerializableString[] FIELD_ORDER = {CLASS_FIELD, NAME, KEY_TYPE, TYPE, VALUE};
    private static final char[] PRIMARY_KEY_TEXT = PRIMARY_KEY.getValue().toCharArray();

    // The names that are read, in every family.
    private static final char[][] LOGS = inEveryFamily(BRANCH_UNDO_LOG);
    private static final char[][] CHANGES = inEveryFamily(SQL_UNDO_LOG);
    private static final char[][] IMAGES = inEveryFamily(TABLE_RECORDS, EMPTY_TABLE_RECORDS);
    private static final char[][] ROW_CLASSES = inEveryFamily(ROW);
    private static final char[][] FIELD_CLASSES = inEveryFamily(FIELD);

    private final JsonFactory json =
            JsonFactory.builder().streamReadConstraints(LIMITS).build();
    private final SerializableString log;
    private final SerializableString change;
    private final SerializableString image;
    private final SerializableString emptyImage;
    private final SerializableString row;
    private final SerializableString field;

    private static char[][] inEveryFamily(String... classes) {
        return Stream.of(UndoLogFormat.ClassNames.values())
                .flatMap(family -> Stream.of(classes).map(name -> (family.prefix() + name).toCharArray()))
                .toArray(char[][]::new);
    }

    /** Reads every family of class names. */
    UndoLogJson(UndoLogFormat.ClassNames written) {
        this.log = new SerializedString(written.prefix() + BRANCH_UNDO_LOG);
        this.change = new SerializedString(written.prefix() + SQL_UNDO_LOG);
        this.image = new SerializedString(written.prefix() + TABLE_RECORDS);
        this.emptyImage = new SerializedString(written.prefix() + EMPTY_TABLE_RECORDS);
        this.row = new SerializedString(written.prefix() + ROW);
        this.field = new SerializedString(written.prefix() + FIELD);
    }

    /** Writes the official bytes of a log as they arise, and closes the stream, which must be one in memory. */
    void encode(UndoLog written, OutputStream stream) {
        try (JsonGenerator to = json.createGenerator(stream)) {
            startObject(to, log);
            to.writeStringField("xid", written.xid());
            to.writeNumberField("branchId", written.branchId());
            startList(to, SQL_UNDO_LOGS);
            for (RowChange one : written.changes()) {
                write(to, one);
            }
            endList(to);
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory", e);
        }
    }

    private void write(JsonGenerator to, RowChange written) throws IOException {
        startObject(to, change);
        to.writeStringField("sqlType", written.kind().name());
        to.writeStringField("tableName", written.tableName());
        to.writeFieldName("beforeImage");
        write(to, written.before());
        to.writeFieldName("afterImage");
        write(to, written.after());
        to.writeEndObject();
    }

    private void write(JsonGenerator to, TableImage written) throws IOException {
        startObject(to, written.isEmpty() ? emptyImage : image);
        to.writeStringField("tableName", written.tableName());
        startList(to, ROWS);
        List<ImageColumn> columns = written.columns();
        List<SerializableString> heads = written.size() < MANY_ROWS ? List.of() : heads(columns);
        for (List<@Nullable Object> values : written.rows()) {
            startObject(to, row);
            startList(to, FIELDS);
            for (int i = 0; i < columns.size(); i++) {
                if (heads.isEmpty()) {
                    startField(to, columns.get(i));
                } else {
                    to.writeStartObject();
                    to.writeRaw(heads.get(i));
                }
                writeValue(to, columns.get(i), values.get(i));
                to.writeEndObject();
            }
            endList(to);
            to.writeEndObject();
        }
        endList(to);
        to.writeEndObject();
    }

    /** What stands in the fields of each column before the value, as {@link #startField} writes it, but for the brace. */
    private List<SerializableString> heads(List<ImageColumn> columns) {
        List<SerializableString> heads = new ArrayList<>(columns.size());
        for (ImageColumn column : columns) {
            StringWriter head = new StringWriter(160);
            try (JsonGenerator to = json.createGenerator(head)) {
                startField(to, column);
                to.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException("Writing to memory", e);
            }
            // The generator that writes the rest does not know of these properties, and puts no comma behind them.
            heads.add(new SerializedString(
                    head.getBuffer().substring(1, head.getBuffer().length() - 1) + ','));
        }
        return heads;
    }

    private void startField(JsonGenerator to, ImageColumn column) throws IOException {
        startObject(to, field);
        to.writeFieldName(NAME);
        to.writeString(column.name());
        to.writeFieldName(KEY_TYPE);
        to.writeString(column.key() ? PRIMARY_KEY : NO_KEY);
        to.writeFieldName(TYPE);
        to.writeNumber(column.jdbcType());
    }

    private static void writeValue(JsonGenerator to, ImageColumn column, @Nullable Object value) throws IOException {
        to.writeFieldName(VALUE);
        if (value == null) {
            to.writeNull();
        } else if (value instanceof Integer number && column.jdbcType() == Types.INTEGER) {
            to.writeNumber(number);
        } else if (value instanceof Long number) {
            to.writeStartArray();
            to.writeString(LONG);
            to.writeNumber(number);
            to.writeEndArray();
        } else if (value instanceof BigDecimal number) {
            to.writeStartArray();
            to.writeString(BIG_DECIMAL);
            to.writeNumber(number);
            to.writeEndArray();
        } else {
            write(to, column, UndoValues.toWritten(value, column));
        }
    }

    private static void write(JsonGenerator to, ImageColumn column, UndoValues.Written written) throws IOException {
        if (ImageColumn.OBJECT.equals(written.className())) {
            writeObject(to, Objects.requireNonNull(column.typeName()), written);
        } else if (written.className() != null) {
            to.writeStartArray();
            to.writeString(written.className());
            writeBare(to, written.value());
            to.writeEndArray();
        } else {
            writeBare(to, written.value());
        }
        if (written.exactText() != null) {
            to.writeStringField(UndoValues.EXACT_TEXT, written.exactText());
        }
    }

    private static void writeObject(JsonGenerator to, String type, UndoValues.Written written) throws IOException {
        to.writeStartObject();
        to.writeStringField(CLASS, ImageColumn.OBJECT);
        to.writeStringField("type", type);
        to.writeFieldName("value");
        writeBare(to, written.value());
        to.writeBooleanField("null", false);
        to.writeEndObject();
    }

    private static void writeBare(JsonGenerator to, @Nullable Object value) throws IOException {
        if (value instanceof byte[] bytes) {
            to.writeBinary(bytes);
        } else if (value instanceof long[] numbers) {
            to.writeArray(numbers, 0, numbers.length);
        } else {
            to.writePOJO(value);
        }
    }

    private static void startObject(JsonGenerator to, SerializableString className) throws IOException {
        to.writeStartObject();
        to.writeFieldName(CLASS_FIELD);
        to.writeString(className);
    }

    private static void startList(JsonGenerator to, SerializableString name) throws IOException {
        to.writeFieldName(name);
        to.writeStartArray();
        to.writeString(LIST_CLASS);
        to.writeStartArray();
    }

    private static void endList(JsonGenerator to) throws IOException {
        to.writeEndArray();
        to.writeEndArray();
    }

    /**
     * Reads a log of either family.
     *
     * @param mostBytes how large it may be, unpacked
     */
    UndoLog decode(Compression compression, byte[] packed, long mostBytes) throws UndoLogFormatException {
        try (InputStream bytes = compression.open(packed, mostBytes);
                JsonParser from = json.createParser(bytes)) {
            from.nextToken();
            UndoLog log = readLog(from);
            if (from.nextToken() != null) {
                throw new UndoLogFormatException("The undo log goes on after its end" + at(from), null);
            }
            return log;
        } catch (IOException | IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            throw new UndoLogFormatException(
                    "The undo log cannot be read: " + e.getMessage() + ". It stays as it is", e);
        }
    }

    private static UndoLog readLog(JsonParser from) throws IOException, UndoLogFormatException {
        String xid = null;
        long branchId = 0;
        List<RowChange> changes = null;
        for (String name = firstName(from); name != null; name = from.nextFieldName()) {
            from.nextToken();
            switch (name) {
                case CLASS -> check(from, LOGS);
                case "xid" -> xid = from.getText();
                case "branchId" -> branchId = number(from);
                case "sqlUndoLogs" -> {
                    List<RowChange> read = new ArrayList<>();
                    readList(from, parser -> read.add(readChange(parser)));
                    changes = read;
                }
                default -> from.skipChildren();
            }
        }
        if (xid == null || changes == null) {
            throw new UndoLogFormatException("The undo log lacks its " + (xid == null ? "xid" : "sqlUndoLogs"), null);
        }
        return new UndoLog(xid, branchId, changes);
    }

    private static RowChange readChange(JsonParser from) throws IOException, UndoLogFormatException {
        String type = null;
        String tableName = null;
        TableImage before = null;
        TableImage after = null;
        for (String name = firstName(from); name != null; name = from.nextFieldName()) {
            from.nextToken();
            switch (name) {
                case CLASS -> check(from, CHANGES);
                case "sqlType" -> type = from.getText();
                case "tableName" -> tableName = from.getText();
                case "beforeImage" -> before = readImage(from);
                case "afterImage" -> after = readImage(from);
                default -> from.skipChildren();
            }
        }
        if (type == null || tableName == null) {
            throw new UndoLogFormatException("An entry of the undo log lacks its sqlType or tableName", null);
        }
        return new RowChange(kind(type), tableName, orEmpty(before, tableName), orEmpty(after, tableName));
    }

    private static TableImage orEmpty(@Nullable TableImage image, String tableName) {
        return image == null ? TableImage.empty(tableName) : image;
    }

    private static RowChange.Kind kind(String sqlType) throws UndoLogFormatException {
        if (sqlType.equals("UPDATE_JOIN")) {
            // An entry for each table that was updated, with images like those of an UPDATE of it alone.
            return RowChange.Kind.UPDATE;
        }
        for (RowChange.Kind kind : RowChange.Kind.values()) {
            if (kind.name().equals(sqlType)) {
                return kind;
            }
        }
        throw new UndoLogFormatException(
                "The undo log holds an entry of type " + sqlType
                        + ", which is not known here; an instance that wrote it" + " can undo it",
                null);
    }

    private static @Nullable TableImage readImage(JsonParser from) throws IOException, UndoLogFormatException {
        if (from.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        String tableName = "";
        Rows rows = new Rows();
        for (String name = firstName(from); name != null; name = from.nextFieldName()) {
            from.nextToken();
            switch (name) {
                case CLASS -> check(from, IMAGES);
                case "tableName" -> tableName = from.getValueAsString("");
                case "rows" -> readList(from, parser -> readRow(parser, rows));
                default -> from.skipChildren();
            }
        }
        return new TableImage(tableName, rows.columns, rows.values);
    }

    /** The rows of one image while they are read: the first one says which columns all have. Not thread-safe. */
    private static final class Rows {
        private final List<ImageColumn> columns = new ArrayList<>();
        private final List<char[]> columnNames = new ArrayList<>();
        private final List<List<@Nullable Object>> values = new ArrayList<>();
        private List<@Nullable Object> row = new ArrayList<>();

        void add(String name, int type, boolean key, @Nullable Object value, JsonParser from)
                throws UndoLogFormatException {
            int index = row.size();
            if (values.isEmpty()) {
                columns.add(new ImageColumn(name, type, key));
                columnNames.add(name.toCharArray());
            } else if (index >= columns.size() || !isLike(columns.get(index), name, type, key)) {
                throw unlike(from);
            }
            row.add(value);
        }

        private static boolean isLike(ImageColumn column, String name, int type, boolean key) {
            return column.jdbcType() == type
                    && column.key() == key
                    && column.name().equals(name);
        }

        /** The text as the name of the next column, for which the rows share one String. */
        String nameOf(JsonParser from) throws IOException {
            int index = row.size();
            if (!values.isEmpty() && index < columnNames.size() && isText(from, columnNames.get(index))) {
                return columns.get(index).name();
            }
            return from.getText();
        }

        void endRow(JsonParser from) throws UndoLogFormatException {
            if (row.isEmpty() || row.size() != columns.size()) {
                throw unlike(from);
            }
            values.add(row);
            row = new ArrayList<>(columns.size());
        }

        private static UndoLogFormatException unlike(JsonParser from) {
            return new UndoLogFormatException("The rows of an image have unlike columns, or none" + at(from), null);
        }
    }

    private static void readRow(JsonParser from, Rows rows) throws IOException, UndoLogFormatException {
        for (String name = firstName(from); name != null; name = from.nextFieldName()) {
            from.nextToken();
            switch (name) {
                case CLASS -> check(from, ROW_CLASSES);
                case "fields" -> readList(from, parser -> readField(parser, rows));
                default -> from.skipChildren();
            }
        }
        rows.endRow(from);
    }

    private static void readField(JsonParser from, Rows rows) throws IOException, UndoLogFormatException {
        String columnName = null;
        boolean key = false;
        int type = 0;
        UndoValues.Written written = UndoValues.Written.NULL;
        String exactText = null;
        expect(from, JsonToken.START_OBJECT);
        int place = 0;
        for (String name = nextName(from, place); name != null; name = nextName(from, ++place)) {
            from.nextToken();
            switch (name) {
                case CLASS -> check(from, FIELD_CLASSES);
                case "name" -> columnName = rows.nameOf(from);
                case "keyType" -> key = isText(from, PRIMARY_KEY_TEXT);
                case "type" -> type = Math.toIntExact(number(from));
                case "value" -> written = readValue(from);
                case UndoValues.EXACT_TEXT -> exactText = from.getText();
                default -> from.skipChildren();
            }
        }
        if (columnName == null) {
            throw new UndoLogFormatException("A field of the undo log has no name" + at(from), null);
        }
        Object value = UndoValues.fromWritten(written, exactText, type, columnName);
        rows.add(columnName, type, key, value, from);
    }

    /** The next name in a field, or null at its end; quicker where the order is the usual one. */
    private static @Nullable String nextName(JsonParser from, int place) throws IOException {
        if (place >= FIELD_ORDER.length) {
            return from.nextFieldName();
        }
        if (from.nextFieldName(FIELD_ORDER[place])) {
            return FIELD_ORDER[place].getValue();
        }
        return from.currentToken() == JsonToken.FIELD_NAME ? from.currentName() : null;
    }

    /** A bare scalar, a pair of class name and scalar or numbers, or an object of a driver. */
    private static UndoValues.Written readValue(JsonParser from) throws IOException, UndoLogFormatException {
        if (from.currentToken() == JsonToken.START_OBJECT) {
            return readObject(from);
        }
        if (from.currentToken() != JsonToken.START_ARRAY) {
            return new UndoValues.Written(null, readScalar(from), null);
        }
        if (from.nextToken() != JsonToken.VALUE_STRING) {
            throw new UndoLogFormatException("A value lacks the name of its class" + at(from), null);
        }
        String className = from.getText();
        from.nextToken();
        Object value = from.currentToken() == JsonToken.START_ARRAY ? readNumbers(from) : readScalar(from);
        if (from.nextToken() != JsonToken.END_ARRAY) {
            throw new UndoLogFormatException("A value of class " + className + " has too many parts" + at(from), null);
        }
        return new UndoValues.Written(className, value, null);
    }

    /** The text of an object is all that is wanted of it; which class it may be of is seen where its meaning is. */
    private static UndoValues.Written readObject(JsonParser from) throws IOException, UndoLogFormatException {
        String className = null;
        Object value = null;
        for (String name = firstName(from); name != null; name = from.nextFieldName()) {
            from.nextToken();
            switch (name) {
                case CLASS -> className = from.getText();
                case "value" -> value = from.currentToken().isScalarValue() ? readScalar(from) : skipped(from);
                default -> from.skipChildren();
            }
        }
        if (className == null) {
            throw new UndoLogFormatException("A value lacks the name of its class" + at(from), null);
        }
        if (!className.equals(ImageColumn.OBJECT)) {
            throw unknownClass(className);
        }
        return new UndoValues.Written(className, value, null);
    }

    private static @Nullable Object skipped(JsonParser from) throws IOException {
        from.skipChildren();
        return null;
    }

    private static @Nullable Object readScalar(JsonParser from) throws IOException, UndoLogFormatException {
        return switch (from.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            // Numbers stay text, so that no digit is lost before the class is known.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new UndoValues.NumberText(from.getText());
            case VALUE_STRING -> from.getText();
            default ->
                throw new UndoLogFormatException(
                        "A value is neither a scalar nor a pair of class and scalar" + at(from), null);
        };
    }

    private static long[] readNumbers(JsonParser from) throws IOException, UndoLogFormatException {
        List<Long> numbers = new ArrayList<>(2);
        while (from.nextToken() != JsonToken.END_ARRAY) {
            if (numbers.size() == UndoValues.MOST_NUMBERS) {
                throw new UndoLogFormatException("A value has too many numbers" + at(from), null);
            }
            numbers.add(number(from));
        }
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    /** Reads one element of a list. */
    private interface Element {
        void read(JsonParser from) throws IOException, UndoLogFormatException;
    }

    private static void readList(JsonParser from, Element element) throws IOException, UndoLogFormatException {
        expect(from, JsonToken.START_ARRAY);
        from.nextToken();
        expect(from, JsonToken.VALUE_STRING);
        if (!READABLE_LISTS.contains(from.getText())) {
            throw unknownClass(from.getText());
        }
        from.nextToken();
        expect(from, JsonToken.START_ARRAY);
        while (from.nextToken() != JsonToken.END_ARRAY) {
            element.read(from);
        }
        from.nextToken();
        expect(from, JsonToken.END_ARRAY);
    }

    private static @Nullable String firstName(JsonParser from) throws IOException, UndoLogFormatException {
        expect(from, JsonToken.START_OBJECT);
        return from.nextFieldName();
    }

    private static void expect(JsonParser from, JsonToken token) throws IOException, UndoLogFormatException {
        if (from.currentToken() != token) {
            throw new UndoLogFormatException(
                    "The undo log has " + from.currentToken() + " where " + token + " belongs" + at(from), null);
        }
    }

    private static long number(JsonParser from) throws IOException, UndoLogFormatException {
        expect(from, JsonToken.VALUE_NUMBER_INT);
        return from.getLongValue();
    }

    /** Stands before every row and field, so no String is made of the name. */
    private static void check(JsonParser from, char[][] allowed) throws IOException, UndoLogFormatException {
        for (char[] name : allowed) {
            if (isText(from, name)) {
                return;
            }
        }
        throw unknownClass(from.getText());
    }

    private static boolean isText(JsonParser from, char[] text) throws IOException {
        if (from.currentToken() != JsonToken.VALUE_STRING || from.getTextLength() != text.length) {
            return false;
        }
        int offset = from.getTextOffset();
        return Arrays.equals(text, 0, text.length, from.getTextCharacters(), offset, offset + text.length);
    }

    private static UndoLogFormatException unknownClass(String className) {
        return new UndoLogFormatException(
                "The undo log names the class " + className
                        + ", which has no place there. Nothing was loaded or undone;"
                        + " look at the row, it may be forged or written by a newer version",
                null);
    }

    private static String at(JsonParser from) {
        return " (byte " + from.currentLocation().getByteOffset() + ")";
    }
}

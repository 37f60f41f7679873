package dev.lockstep.rm.at.undo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.LockKeyRules;
import dev.lockstep.rm.at.image.LockKeys;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.undo.UndoLogFormat.ClassNames;
import dev.lockstep.rm.policy.LockKeyForm;
import io.seata.rm.datasource.sql.struct.Field;
import io.seata.rm.datasource.sql.struct.KeyType;
import io.seata.rm.datasource.sql.struct.Row;
import io.seata.rm.datasource.sql.struct.TableRecords;
import io.seata.rm.datasource.undo.BranchUndoLog;
import io.seata.rm.datasource.undo.SQLUndoLog;
import io.seata.rm.datasource.undo.parser.JacksonUndoLogParser;
import io.seata.sqlparser.SQLType;
import io.seata.sqlparser.struct.ColumnMeta;
import io.seata.sqlparser.struct.IndexMeta;
import io.seata.sqlparser.struct.IndexType;
import io.seata.sqlparser.struct.TableMeta;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our undo logs against io.seata:seata-rm-datasource 2.0.0: both write the same tree, and each reads the other's. */
final class OfficialUndoLogTest {

    private static final String XID = "192.168.0.1:8091:2612345678901234567";
    private static final long BRANCH = 2612345678901234568L;

    private final ObjectMapper trees = new ObjectMapper();
    private final JacksonUndoLogParser official = new JacksonUndoLogParser();
    private final JsonBytes ours = new JsonBytes(ClassNames.IO_SEATA);

    @BeforeEach
    void start_the_official_parser() {
        official.init();
    }

    /** One column value as we hold it, and as the official client holds it after reading it from a driver. */
    private record Value(
            String name,
            int jdbcType,
            @Nullable Object ours,
            @Nullable Object official) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Value same(String name, int jdbcType, @Nullable Object value) {
        return new Value(name, jdbcType, value, value);
    }

    static Stream<Value> values() throws SQLException {
        LocalDateTime exact = LocalDateTime.of(2024, 5, 6, 7, 8, 9, 123456789);
        LocalDateTime millis = LocalDateTime.of(2024, 5, 6, 7, 8, 9, 123_000_000);
        return Stream.of(
                same("null", Types.VARCHAR, null),
                same("text", Types.VARCHAR, "a\"b\\c\n\u4e2d\ud83d\ude00"),
                same("empty text", Types.CHAR, ""),
                same("true", Types.BOOLEAN, true),
                same("byte", Types.TINYINT, (byte) -3),
                same("short", Types.SMALLINT, (short) 300),
                same("int", Types.INTEGER, Integer.MIN_VALUE),
                same("long", Types.BIGINT, Long.MAX_VALUE),
                same("small long", Types.BIGINT, 7L),
                same("float", Types.REAL, 2.2f),
                same("double", Types.DOUBLE, 0.1),
                same("whole double", Types.DOUBLE, 3.0),
                same("tiny double", Types.DOUBLE, 4.9E-324),
                same("decimal", Types.DECIMAL, new BigDecimal("12345678901234567890.1200")),
                same("decimal with exponent", Types.DECIMAL, new BigDecimal("1.50E+100")),
                same("big integer", Types.BIGINT, new BigInteger("18446744073709551615")),
                same("bytes", Types.VARBINARY, new byte[] {0, -1, 2}),
                same("uuid", Types.BINARY, UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")),
                new Value("blob", Types.BLOB, new byte[] {1, 2, 3}, new SerialBlob(new byte[] {1, 2, 3})),
                new Value("clob", Types.CLOB, "long text", new SerialClob("long text".toCharArray())),
                new Value("timestamp", Types.TIMESTAMP, exact, Timestamp.valueOf(exact)),
                new Value("timestamp of millis", Types.TIMESTAMP, millis, Timestamp.valueOf(millis)),
                new Value("date", Types.DATE, LocalDate.of(2024, 2, 29), Date.valueOf("2024-02-29")),
                new Value("time", Types.TIME, LocalTime.of(23, 59, 58), Time.valueOf("23:59:58")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void both_write_the_same_tree(Value value) throws IOException {
        JsonNode expected = trees.readTree(official.encode(officialLog(value)));
        JsonNode written = trees.readTree(ours.encode(ourLog(value)));
        removeOurProperty(written);

        assertThat(written).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("values")
    void ours_reads_what_the_official_client_writes(Value value) throws UndoLogFormatException {
        assertSame(ours.decode(official.encode(officialLog(value))), ourLog(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void ours_reads_what_it_writes(Value value) throws UndoLogFormatException {
        assertSame(ours.decode(ours.encode(ourLog(value))), ourLog(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void ours_reads_the_names_of_later_official_clients(Value value) throws UndoLogFormatException {
        String renamed = new String(official.encode(officialLog(value)), StandardCharsets.UTF_8)
                .replace("\"io.seata.", "\"org.apache.seata.");
        assertSame(ours.decode(renamed.getBytes(StandardCharsets.UTF_8)), ourLog(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void ours_writes_the_names_of_either_family(Value value) throws UndoLogFormatException {
        byte[] later = new JsonBytes(ClassNames.ORG_APACHE_SEATA).encode(ourLog(value));

        assertThat(new String(later, StandardCharsets.UTF_8).replace("\"org.apache.seata.", "\"io.seata."))
                .isEqualTo(new String(ours.encode(ourLog(value)), StandardCharsets.UTF_8));
        assertSame(ours.decode(later), ourLog(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void the_official_client_reads_what_ours_writes(Value value) throws IOException {
        BranchUndoLog read = official.decode(ours.encode(ourLog(value)));

        assertThat(trees.readTree(official.encode(read)))
                .isEqualTo(trees.readTree(official.encode(officialLog(value))));
    }

    @Test
    void composite_lock_keys_are_joined_in_the_official_order() throws SQLException {
        Random random = new Random(20261122);
        for (int i = 0; i < 500; i++) {
            List<String> names = new ArrayList<>();
            for (int n = 2 + random.nextInt(4); n > 0; n--) {
                names.add((random.nextBoolean() ? "COL_" : "key") + random.nextInt(10_000));
            }
            if (names.stream().distinct().count() < names.size()) {
                continue;
            }
            TableMeta table = new TableMeta();
            table.setTableName("t");
            IndexMeta index = new IndexMeta();
            index.setIndextype(IndexType.PRIMARY);
            index.setIndexName("PRIMARY");
            for (String name : names) {
                ColumnMeta column = new ColumnMeta();
                column.setColumnName(name);
                index.getValues().add(column);
            }
            table.getAllIndexes().put("PRIMARY", index);
            List<ImageColumn> columns = names.stream()
                    .map(name -> new ImageColumn(name, Types.VARCHAR, true))
                    .toList();
            List<@Nullable Object> row = new ArrayList<>(names);

            assertThat(LockKeys.of(
                                    new TableImage("t", columns, List.of(row)),
                                    "t",
                                    new LockKeyRules(LockKeyForm.OFFICIAL, false))
                            .text())
                    .as("columns %s", names)
                    .isEqualTo("t:" + String.join("_", table.getPrimaryKeyOnlyName()));
        }
    }

    private static UndoLog ourLog(Value value) {
        List<ImageColumn> columns =
                List.of(new ImageColumn("ID", Types.BIGINT, true), new ImageColumn("VALUE", value.jdbcType(), false));
        TableImage image = new TableImage("T", columns, List.of(Arrays.asList(1L, value.ours())));
        TableImage none = TableImage.empty("T");
        return new UndoLog(
                XID,
                BRANCH,
                List.of(
                        new RowChange(RowChange.Kind.INSERT, "t", none, image),
                        new RowChange(RowChange.Kind.UPDATE, "t", image, image),
                        new RowChange(RowChange.Kind.DELETE, "t", image, none)));
    }

    private static BranchUndoLog officialLog(Value value) {
        BranchUndoLog log = new BranchUndoLog();
        log.setXid(XID);
        log.setBranchId(BRANCH);
        log.setSqlUndoLogs(new ArrayList<>(List.of(
                officialChange(SQLType.INSERT, officialNone(), officialImage(value)),
                officialChange(SQLType.UPDATE, officialImage(value), officialImage(value)),
                officialChange(SQLType.DELETE, officialImage(value), officialNone()))));
        return log;
    }

    private static SQLUndoLog officialChange(SQLType type, TableRecords before, TableRecords after) {
        SQLUndoLog change = new SQLUndoLog();
        change.setSqlType(type);
        change.setTableName("t");
        change.setBeforeImage(before);
        change.setAfterImage(after);
        return change;
    }

    private static TableRecords officialImage(Value value) {
        Field id = new Field("ID", Types.BIGINT, 1L);
        id.setKeyType(KeyType.PRIMARY_KEY);
        Field other = new Field("VALUE", value.jdbcType(), value.official());
        Row row = new Row();
        row.setFields(new ArrayList<>(List.of(id, other)));
        TableRecords records = new TableRecords();
        records.setTableName("T");
        records.setRows(new ArrayList<>(List.of(row)));
        return records;
    }

    private static TableRecords officialNone() {
        TableMeta table = new TableMeta();
        table.setTableName("T");
        return TableRecords.empty(table);
    }

    private static void assertSame(UndoLog read, UndoLog expected) {
        assertThat(read.xid()).isEqualTo(expected.xid());
        assertThat(read.branchId()).isEqualTo(expected.branchId());
        assertThat(read.changes()).hasSameSizeAs(expected.changes());
        for (int i = 0; i < read.changes().size(); i++) {
            RowChange one = read.changes().get(i);
            RowChange other = expected.changes().get(i);
            assertThat(one.kind()).isEqualTo(other.kind());
            assertThat(one.tableName()).isEqualTo(other.tableName());
            assertSame(one.before(), other.before());
            assertSame(one.after(), other.after());
        }
    }

    private static void assertSame(TableImage read, TableImage expected) {
        assertThat(read.tableName()).isEqualTo(expected.tableName());
        assertThat(read.columns()).isEqualTo(expected.columns());
        assertThat(read.size()).isEqualTo(expected.size());
        for (int row = 0; row < read.size(); row++) {
            for (int column = 0; column < read.columns().size(); column++) {
                Object one = inZone(read.rows().get(row).get(column));
                Object other = expected.rows().get(row).get(column);
                assertThat(ColumnValues.same(one, other))
                        .as("%s (%s) and %s", one, one == null ? null : one.getClass(), other)
                        .isTrue();
                if (one instanceof BigDecimal decimal) {
                    assertThat(decimal).isEqualTo(other);
                }
            }
        }
    }

    /** What the official client calls a timestamp may be several types of the database; here it is one without a zone. */
    private static @Nullable Object inZone(@Nullable Object value) {
        return value instanceof Instant moment ? Timestamp.from(moment).toLocalDateTime() : value;
    }

    private static void removeOurProperty(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(UndoValues.EXACT_TEXT);
        }
        node.forEach(OfficialUndoLogTest::removeOurProperty);
    }
}

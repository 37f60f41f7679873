package dev.lockstep.rm.at.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What our form adds to the official one, and what it refuses. */
final class UndoLogJsonTest {

    private final JsonBytes json = new JsonBytes(UndoLogFormat.ClassNames.IO_SEATA);

    private static UndoLog log(int jdbcType, @Nullable Object value) {
        TableImage image = new TableImage(
                "T",
                List.of(new ImageColumn("ID", Types.BIGINT, true), new ImageColumn("V", jdbcType, false)),
                List.of(Arrays.asList(1L, value)));
        return new UndoLog(
                "1.2.3.4:8091:5", 6, List.of(new RowChange(RowChange.Kind.DELETE, "t", image, TableImage.empty("T"))));
    }

    @Test
    void a_moment_stands_officially_as_its_session_shows_it_and_beside_that_with_its_offset()
            throws UndoLogFormatException {
        ImageColumn column = new ImageColumn("V", Types.TIMESTAMP, true, ImageColumn.TIMESTAMP, null);
        OffsetDateTime moment = OffsetDateTime.parse("2024-11-03T01:30:00.5-04:00");
        TableImage image = new TableImage("T", List.of(column), List.of(List.of(moment)));

        byte[] written = json.encode(new UndoLog(
                "1.2.3.4:8091:5", 6, List.of(new RowChange(RowChange.Kind.DELETE, "t", image, TableImage.empty("T")))));

        long official = java.sql.Timestamp.valueOf(moment.toLocalDateTime()).getTime();
        assertThat(new String(written, StandardCharsets.UTF_8))
                .contains("\"value\":[\"java.sql.Timestamp\"," + official + "],\"lockstep\":\"" + moment + "\"");
        assertThat(json.decode(written).changes().get(0).before().rows().get(0)).containsExactly(moment);
    }

    private @Nullable Object throughJson(int jdbcType, Object value) throws UndoLogFormatException {
        UndoLog read = json.decode(json.encode(log(jdbcType, value)));
        return read.changes().get(0).before().rows().get(0).get(1);
    }

    @Test
    void values_whose_official_form_loses_something_come_back_exactly() throws UndoLogFormatException {
        LocalDateTime inAnHourThatNewYorkSkips = LocalDateTime.of(2024, 3, 10, 2, 30, 0, 123456789);
        assertThat(throughJson(Types.TIMESTAMP, inAnHourThatNewYorkSkips)).isEqualTo(inAnHourThatNewYorkSkips);
        assertThat(throughJson(Types.TIMESTAMP, LocalDateTime.of(1, 1, 1, 0, 0)))
                .isEqualTo(LocalDateTime.of(1, 1, 1, 0, 0));
        assertThat(throughJson(Types.DATE, LocalDate.of(1500, 3, 1))).isEqualTo(LocalDate.of(1500, 3, 1));
        LocalTime nanos = LocalTime.of(23, 59, 59, 999999999);
        assertThat(throughJson(Types.TIME, nanos)).isEqualTo(nanos);
        OffsetDateTime offset = OffsetDateTime.parse("2024-10-27T02:30:00.000000001+02:00");
        assertThat(throughJson(Types.TIMESTAMP_WITH_TIMEZONE, offset)).isEqualTo(offset);
        OffsetTime offsetTime = OffsetTime.parse("10:00:00.5+05:30");
        assertThat(throughJson(Types.TIME_WITH_TIMEZONE, offsetTime)).isEqualTo(offsetTime);
        assertThat(throughJson(Types.DOUBLE, Double.NaN)).isEqualTo(Double.NaN);
        assertThat(throughJson(Types.DOUBLE, Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void a_class_that_has_no_place_in_an_undo_log_is_refused_by_name() {
        String good = new String(json.encode(log(Types.VARCHAR, "x")), StandardCharsets.UTF_8);
        for (String hostile : List.of(
                good.replace("io.seata.rm.datasource.undo.BranchUndoLog", "com.evil.Gadget"),
                good.replace("io.seata.rm.datasource.sql.struct.Row", "io.seata.rm.datasource.sql.struct.Gadget"),
                good.replace("java.util.ArrayList", "java.util.PriorityQueue"),
                good.replace("\"value\":\"x\"", "\"value\":[\"com.evil.Gadget\",\"x\"]"),
                good.replace("\"value\":\"x\"", "\"value\":[\"com.evil.Gadget\",{\"a\":1}]"))) {
            assertThat(hostile).isNotEqualTo(good);
            assertThatThrownBy(() -> json.decode(hostile.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(UndoLogFormatException.class);
        }
    }

    @Test
    void properties_that_are_not_known_are_skipped() throws UndoLogFormatException {
        String text = new String(json.encode(log(Types.VARCHAR, "x")), StandardCharsets.UTF_8)
                .replace("\"xid\":", "\"later\":{\"a\":[1,{}]},\"xid\":")
                .replace("\"sqlType\":", "\"later\":null,\"sqlType\":")
                .replace("\"keyType\":", "\"later\":[\"x\"],\"keyType\":");
        assertThat(json.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(log(Types.VARCHAR, "x"));
    }

    /** From some rows on a log is written in another way. */
    @Test
    void a_row_among_many_stands_as_it_stands_alone() throws UndoLogFormatException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = 1; id <= 20; id++) {
            rows.add(Arrays.asList(
                    id,
                    id % 3 == 0 ? null : "\"" + id + "\\ \u00fc",
                    LocalDateTime.of(2024, 1, 1, 0, 0).plusNanos(id),
                    BigDecimal.valueOf(id, (int) id - 10),
                    (int) id));
        }

        assertThat(rowsIn(json.encode(log(rows))))
                .isEqualTo(rows.stream()
                        .map(row -> rowsIn(json.encode(log(List.of(row)))))
                        .collect(Collectors.joining(",")));
        assertThat(json.decode(json.encode(log(rows)))).isEqualTo(log(rows));
    }

    private static UndoLog log(List<List<@Nullable Object>> rows) {
        List<ImageColumn> columns = List.of(
                new ImageColumn("ID", Types.BIGINT, true),
                new ImageColumn("\"quoted\" \\ \u00fc\u4e2d", Types.VARCHAR, false),
                new ImageColumn("AT", Types.TIMESTAMP, false),
                new ImageColumn("PRICE", Types.DECIMAL, false),
                new ImageColumn("AMOUNT", Types.INTEGER, false));
        TableImage image = new TableImage("T", columns, rows);
        return new UndoLog(
                "1.2.3.4:8091:5", 6, List.of(new RowChange(RowChange.Kind.DELETE, "t", image, TableImage.empty("T"))));
    }

    private static String rowsIn(byte[] log) {
        String text = new String(log, StandardCharsets.UTF_8);
        return text.substring(
                text.indexOf("{\"@class\":\"io.seata.rm.datasource.sql.struct.Row\""),
                text.indexOf("]]},\"afterImage\""));
    }
}

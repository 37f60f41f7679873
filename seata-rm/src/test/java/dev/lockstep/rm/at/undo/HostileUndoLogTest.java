package dev.lockstep.rm.at.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Undo logs that were damaged or forged: each ends in a right result or in a clear error, within bounds. */
@Tag("fuzz")
final class HostileUndoLogTest {

    private static final int MUTATIONS = 1_000 * Integer.getInteger("lockstep.random.factor", 1);
    private static final long MOST = 1 << 20;
    private static final AtomicBoolean LOADED = new AtomicBoolean();

    /** What nobody must ever load. */
    static final class Gadget {
        static {
            LOADED.set(true);
        }

        Gadget() {
            LOADED.set(true);
        }
    }

    private final JsonBytes plain = new JsonBytes(UndoLogFormat.ClassNames.IO_SEATA);
    private final UndoLogJson json = new UndoLogJson(UndoLogFormat.ClassNames.IO_SEATA);
    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What a row holds after somebody was at it. */
    private record Forged(UndoLogContext context, byte[] content) {}

    @ParameterizedTest
    @EnumSource(Compression.class)
    void a_log_of_ours_that_was_changed_in_any_way_is_refused(Compression compression) throws Exception {
        UndoLog log = log();
        byte[] good = compression.pack(plain.encode(log));
        UndoLogContext context = UndoLogContext.parse(UndoLogContext.textOf(compression, good));
        assertThat(read(context, good)).isEqualTo(log);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bad = mutated(good);
            if (Arrays.equals(bad, good)) {
                continue;
            }
            assertThatThrownBy(() -> read(context, bad))
                    .as("seed %d, round %d", seed, i)
                    .isInstanceOf(UndoLogFormatException.class)
                    .hasMessageContaining("not as it was written");
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void a_log_without_checksum_is_read_as_it_stands_or_refused(Compression compression) throws Exception {
        byte[] good = plain.encode(log());
        for (int i = 0; i < MUTATIONS; i++) {
            // Half of them damaged inside what is packed, so that every packing lets them through.
            byte[] packed = random.nextBoolean() ? compression.pack(mutated(good)) : mutated(compression.pack(good));
            UndoLogContext context = UndoLogContext.parse("compressorType=" + compression + "&later=1");
            UndoLog read;
            try {
                read = read(context, packed);
            } catch (UndoLogFormatException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d, round %d", seed, i)
                        .isNotBlank();
                continue;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + i + ", " + compression, e);
            }
            assertThat(read.changes()).as("seed %d, round %d", seed, i).isNotNull();
        }
        assertThat(LOADED).isFalse();
    }

    private UndoLog read(UndoLogContext context, byte[] content) throws UndoLogFormatException {
        context.requireIntact(content);
        return json.decode(Compression.of(context.compressor()), content, MOST);
    }

    private byte[] mutated(byte[] good) {
        byte[] bad = good.clone();
        switch (random.nextInt(6)) {
            case 0 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            case 1 -> {
                int at = random.nextInt(bad.length);
                byte[] longer = Arrays.copyOf(bad, bad.length + random.nextInt(40));
                System.arraycopy(good, at, longer, longer.length - (good.length - at), good.length - at);
                bad = longer;
            }
            case 2 -> {
                String text = new String(bad, StandardCharsets.ISO_8859_1);
                bad = replaced(text).getBytes(StandardCharsets.ISO_8859_1);
            }
            default -> {
                for (int n = random.nextInt(4); n >= 0; n--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bad;
    }

    private String replaced(String text) {
        String gadget = Gadget.class.getName();
        return switch (random.nextInt(9)) {
            case 0 -> text.replace("java.lang.Long", gadget);
            case 1 -> text.replace("io.seata.rm.datasource.sql.struct.Row", gadget);
            case 2 -> text.replace("io.seata.rm.datasource.undo.BranchUndoLog", gadget);
            case 3 -> text.replace("java.util.ArrayList", gadget);
            case 4 -> text.replace("java.math.BigDecimal\",", "java.math.BigDecimal\",1E" + random.nextInt());
            case 5 -> text.replace("\"type\":", "\"type\":" + random.nextLong());
            case 6 -> text.replace("java.sql.Timestamp\",", "java.sql.Timestamp\"," + random.nextLong());
            case 7 -> text.replace("[", "[".repeat(1 + random.nextInt(200)));
            default -> text.replace("\"value\":", "\"value\":[\"" + gadget + "\",{\"a\":[]}],\"value\":");
        };
    }

    private UndoLog log() {
        List<ImageColumn> columns = List.of(
                new ImageColumn("ID", Types.BIGINT, true),
                new ImageColumn("NAME", Types.VARCHAR, false),
                new ImageColumn("PRICE", Types.DECIMAL, false),
                new ImageColumn("MOMENT", Types.TIMESTAMP, false),
                new ImageColumn("DAY", Types.DATE, false),
                new ImageColumn("ZONED", Types.TIMESTAMP, false),
                new ImageColumn("DATA", Types.VARBINARY, false),
                new ImageColumn("KEY2", Types.OTHER, false));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows.add(Arrays.asList(
                    random.nextLong(),
                    "n\"\u4e2d" + random.nextInt(),
                    new BigDecimal("12.50"),
                    LocalDateTime.of(2024, 1, 2, 3, 4, 5, random.nextInt(1_000_000_000)),
                    LocalDate.of(2024, 2, 29),
                    OffsetDateTime.parse("2024-10-27T02:30:00.000000001+02:00"),
                    null,
                    new UUID(1, random.nextLong())));
        }
        TableImage image = new TableImage("T", columns, rows);
        return new UndoLog("1.2.3.4:8091:5", 6, List.of(new RowChange(RowChange.Kind.UPDATE, "t", image, image)));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_bomb_is_refused_before_it_fills_the_memory(Compression compression) throws IOException {
        String begin = "{\"xid\":\"x\",\"branchId\":1,\"sqlUndoLogs\":[\"java.util.ArrayList\",[";
        for (String filling : List.of(
                " ",
                "{\"sqlType\":\"UPDATE\",\"tableName\":\"t\"},",
                "{\"a\":[[[[[[]]]]]]},",
                "{\"sqlType\":\"UPDATE\",\"tableName\":\"t\",\"beforeImage\":{\"rows\":[\"java.util.ArrayList\",["
                        + "{\"fields\":[\"java.util.ArrayList\",[{\"name\":\"a\",\"value\":1}]]},".repeat(50)
                        + "{\"fields\":[\"java.util.ArrayList\",[{\"name\":\"a\",\"value\":1}]]}]]}},")) {
            byte[] bomb = bomb(compression, begin, filling, 16 << 20);
            assertThat(bomb.length).isLessThan(1 << 20);
            long before = allocated();
            assertThatThrownBy(() -> json.decode(compression, bomb, MOST))
                    .as("%s of %s", compression, filling)
                    .isInstanceOf(UndoLogFormatException.class);
            assertThat(allocated() - before).as("bytes for %s", filling).isLessThan(24 * MOST);
        }
    }

    @Test
    void numbers_of_a_few_characters_do_not_become_gigabytes() {
        String good = new String(plain.encode(log()), StandardCharsets.UTF_8);
        String bad = good.replace("\"java.math.BigDecimal\",12.50", "\"java.math.BigDecimal\",1E+2147483600");
        assertThat(bad).isNotEqualTo(good);
        assertThatThrownBy(() -> plain.decode(bad.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UndoLogFormatException.class)
                .hasMessageContaining("No database holds the number");
    }

    private static byte[] bomb(Compression compression, String begin, String filling, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] block = filling.repeat(1 + 8192 / filling.length()).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream to = compression.pack(bytes)) {
            to.write(begin.getBytes(StandardCharsets.US_ASCII));
            for (int written = 0; written < size; written += block.length) {
                to.write(block);
            }
        }
        return bytes.toByteArray();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}

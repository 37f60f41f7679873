package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.sql.Slice;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The texts of changes that give their rows, each made once for a statement and what is selected. Thread-safe. */
final class ChangeTexts {

    /** Texts may be made up by a program: beyond so many it starts over. */
    private static final int MOST = 1_000;

    /** Longer ones come once, like those whose plans are not kept. */
    private static final int LONGEST = 4_096;

    private final Map<Key, String> known = new ConcurrentHashMap<>();

    private record Key(String sql, SelectList columns, boolean after) {}

    /**
     * The text that runs in place of a statement.
     *
     * @param after whether the rows as they are then are selected behind those as they were
     * @param sql the whole statement as the user gave it
     * @param head the statement up to its WHERE
     * @param where its condition, null when it means every row
     */
    String of(RowsOfChange form, SelectList columns, boolean after, String sql, Slice head, @Nullable Slice where) {
        Key key = new Key(sql, columns, after);
        String text = known.get(key);
        if (text == null) {
            text = made(form, columns, after, where == null ? head.text() : head.text() + " WHERE " + where.text());
            if (sql.length() <= LONGEST) {
                if (known.size() >= MOST) {
                    known.clear();
                }
                known.put(key, text);
            }
        }
        return text;
    }

    private static String made(RowsOfChange form, SelectList columns, boolean after, String statement) {
        String before = columns.qualified(form.before()).text();
        return form.text(
                statement,
                after ? before + ", " + columns.qualified(form.after()).text() : before);
    }
}

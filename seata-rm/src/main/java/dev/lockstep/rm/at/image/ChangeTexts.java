package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.sql.Slice;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The texts of changes that give their rows, each made once for a statement and what is selected. Thread-safe. */
final class ChangeTexts {

    /** Texts may be made up by a program: beyond so many it starts over. */
    private static final int MOST = 1_000;

    /** Longer ones come once, like those whose plans are not kept. */
    private static final int LONGEST = 4_096;

    private final Map<Key, String> known = new ConcurrentHashMap<>();

    /** @param sql empty for the select list alone, which all statements share */
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
            String statement = where == null ? head.text() : head.text() + " WHERE " + where.text();
            text = form.text(statement, selected(form, columns, after));
            if (sql.length() <= LONGEST) {
                keep(key, text);
            }
        }
        return text;
    }

    private String selected(RowsOfChange form, SelectList columns, boolean after) {
        Key ofAny = new Key("", columns, after);
        String text = known.get(ofAny);
        if (text == null) {
            String before = columns.qualified(form.before()).text();
            text = after
                    ? before + ", "
                            + columns.qualified(Objects.requireNonNull(form.after()))
                                    .text()
                    : before;
            keep(ofAny, text);
        }
        return text;
    }

    private void keep(Key key, String text) {
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(key, text);
    }
}

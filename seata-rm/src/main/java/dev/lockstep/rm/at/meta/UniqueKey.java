package dev.lockstep.rm.at.meta;

import java.util.List;

/**
 * Columns of a table that no two rows share, the primary key among them. One that holds for some rows only counts as one that
 * holds for all; one over expressions is not known here. Immutable.
 *
 * @param columns names as the database stores them
 */
public record UniqueKey(List<String> columns) {

    public UniqueKey {
        columns = List.copyOf(columns);
    }
}

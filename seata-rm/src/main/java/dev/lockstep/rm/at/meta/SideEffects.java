package dev.lockstep.rm.at.meta;

import java.util.List;
import java.util.Set;

/**
 * What a statement on a table may do beyond the columns and rows it names. Immutable.
 *
 * @param triggers whether the table has triggers
 * @param changedByDelete tables whose rows a DELETE here deletes or changes, by a foreign key's rule
 * @param cascadingColumns columns here whose change a foreign key carries to rows of other tables
 */
public record SideEffects(boolean triggers, List<String> changedByDelete, Set<String> cascadingColumns) {

    public SideEffects {
        changedByDelete = List.copyOf(changedByDelete);
        cascadingColumns = Set.copyOf(cascadingColumns);
    }
}

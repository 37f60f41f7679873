package dev.lockstep.rm.at.meta;

import java.util.List;
import java.util.Set;

/**
 * What a statement on a table may do beyond the columns and rows it names. Immutable.
 *
 * @param triggers whether the table has triggers, or may have some that this user is not shown
 * @param unseenTriggers triggers that may write elsewhere: all but those that fire before each row and change that alone, as far
 *     as their text tells
 * @param keyTriggers triggers that fire before an INSERT and speak of the new row's key, so that they may give it another
 * @param changedByDelete by whose rule a DELETE here deletes or changes rows elsewhere
 * @param cascadingColumns columns here whose change a foreign key carries to rows of other tables
 */
public record SideEffects(
        boolean triggers,
        List<String> unseenTriggers,
        List<String> keyTriggers,
        List<ReferringKey> changedByDelete,
        Set<String> cascadingColumns) {

    public SideEffects {
        unseenTriggers = List.copyOf(unseenTriggers);
        keyTriggers = List.copyOf(keyTriggers);
        changedByDelete = List.copyOf(changedByDelete);
        cascadingColumns = Set.copyOf(cascadingColumns);
    }

    /** Whether rows of other tables may change unseen. */
    public boolean reachElsewhere() {
        return !unseenTriggers.isEmpty() || !changedByDelete.isEmpty() || !cascadingColumns.isEmpty();
    }

    /** The same without what may change rows of other tables. */
    public SideEffects withoutThoseElsewhere() {
        return new SideEffects(triggers, List.of(), keyTriggers, List.of(), Set.of());
    }
}

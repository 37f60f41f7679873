package dev.lockstep.rm.at.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Queries for what the metadata of JDBC does not say of a table, or says wrongly. The parameters of each are the schema (the
 * catalog where there are no schemas) and the table; null where there is nothing to ask. Immutable.
 *
 * <p>{@code columnTraits} gives, for each column that needs a word:
 *
 * <ol>
 *   <li>its name
 *   <li>its type's name, or null for the driver's
 *   <li>whether it is computed from others, or null for what the driver says
 *   <li>whether an UPDATE changes it without naming it
 *   <li>the expression for a value that is equal for texts that the database holds for equal, with {@code %s} for the
 *       column; null where equal texts have equal characters
 *   <li>the expression for a value as the column stores it, with {@code %s} for the value; null where it stores the value
 *       as it is
 *   <li>the constant that a row gets which names no value, as text; null where there is none
 * </ol>
 *
 * @param columnTraits see above
 * @param triggers for the number of triggers
 * @param unseenTriggers for the names of those triggers that do not fire before each row
 * @param triggerPrivilege gives a row if this user is shown the triggers; null where everybody is
 * @param insertTriggers for the names and texts of the triggers that fire before a row is inserted, to see whether they change
 *     its key; null where the driver returns the keys as they are stored
 * @param deferrableKey gives a row if the primary key need not hold within a statement, so that rows may take each other's keys;
 *     null where it always holds
 * @param rowTriggers for the names of the triggers that fire before each row, and their texts, or null in place of a text that
 *     tells nothing; null where no text can be seen and each is taken for harmless
 * @param engineWithoutTransactions for the name of the engine of a table whose writes a rollback does not take back, no row for any
 *     other; null where every table is transactional
 */
public record Catalogue(
        @Nullable String columnTraits,
        @Nullable String triggers,
        @Nullable String unseenTriggers,
        @Nullable String triggerPrivilege,
        @Nullable String insertTriggers,
        @Nullable String deferrableKey,
        @Nullable String rowTriggers,
        @Nullable String engineWithoutTransactions) {

    /** The metadata of JDBC says it all. */
    public static final Catalogue STANDARD = new Catalogue(null, null, null, null, null, null, null, null);

    public Catalogue columnTraits(String query) {
        return new Catalogue(
                query,
                triggers,
                unseenTriggers,
                triggerPrivilege,
                insertTriggers,
                deferrableKey,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue triggers(String query) {
        return new Catalogue(
                columnTraits,
                query,
                unseenTriggers,
                triggerPrivilege,
                insertTriggers,
                deferrableKey,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue unseenTriggers(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                query,
                triggerPrivilege,
                insertTriggers,
                deferrableKey,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue triggerPrivilege(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                unseenTriggers,
                query,
                insertTriggers,
                deferrableKey,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue insertTriggers(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                unseenTriggers,
                triggerPrivilege,
                query,
                deferrableKey,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue deferrableKey(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                unseenTriggers,
                triggerPrivilege,
                insertTriggers,
                query,
                rowTriggers,
                engineWithoutTransactions);
    }

    public Catalogue rowTriggers(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                unseenTriggers,
                triggerPrivilege,
                insertTriggers,
                deferrableKey,
                query,
                engineWithoutTransactions);
    }

    public Catalogue engineWithoutTransactions(String query) {
        return new Catalogue(
                columnTraits,
                triggers,
                unseenTriggers,
                triggerPrivilege,
                insertTriggers,
                deferrableKey,
                rowTriggers,
                query);
    }
}

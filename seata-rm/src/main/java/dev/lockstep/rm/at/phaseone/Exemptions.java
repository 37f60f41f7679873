package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.meta.SideEffects;
import dev.lockstep.rm.at.meta.TableMeta;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user has taken on: tables and statements whose writes no rollback of a global transaction will undo. Each is
 * logged when it is first met. Thread-safe.
 */
public final class Exemptions {

    private static final Logger log = LoggerFactory.getLogger(Exemptions.class);

    /** Texts made up by a program would fill the memory; beyond so many only DEBUG tells of them. */
    private static final int MOST_TOLD = 1000;

    private final String resourceId;
    private final Set<String> uncaptured;
    private final Set<String> sideEffectsIgnored;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * The exemptions of one database.
     *
     * @param uncaptured tables whose writes pass as they are; names in any case, with their schema or without
     * @param sideEffectsIgnored tables whose triggers and foreign keys may write elsewhere unseen
     */
    public Exemptions(String resourceId, Set<String> uncaptured, Set<String> sideEffectsIgnored) {
        this.resourceId = resourceId;
        this.uncaptured = lowerCase(uncaptured);
        this.sideEffectsIgnored = lowerCase(sideEffectsIgnored);
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Tells of a statement that carries the hint. */
    public void tellOfStatement(String sql) {
        if (isNew("statement " + sql)) {
            log.warn(
                    "[rm {}] A statement with the hint to leave it uncaptured runs inside a global transaction; a rollback will"
                            + " not undo it",
                    resourceId);
        }
        log.debug("[rm {}] Uncaptured: {}", resourceId, sql);
    }

    /** Tells of a statement that calls a function which may write unseen. */
    public void tellOfFunction(String function, String sql) {
        if (isNew("function " + function.toLowerCase(Locale.ROOT))) {
            log.warn(
                    "[rm {}] A statement inside a global transaction calls the function {}, which is not known to leave rows"
                            + " alone; a rollback will not undo what it writes",
                    resourceId,
                    function);
        }
        log.debug("[rm {}] Unknown function {}: {}", resourceId, function, sql);
    }

    /** Whether writes of this table pass as they are. */
    boolean isUncaptured(TableMeta table) {
        if (uncaptured.isEmpty() || !isAmong(uncaptured, table)) {
            return false;
        }
        if (isNew("table " + table)) {
            log.warn(
                    "[rm {}] Table {} is set to be uncaptured: a rollback of a global transaction will not undo what is written"
                            + " there",
                    resourceId,
                    table);
        }
        return true;
    }

    /** The table as captures, and what undoes them, shall see it. */
    public TableMeta withoutIgnored(TableMeta table) {
        if (sideEffectsIgnored.isEmpty() || !isAmong(sideEffectsIgnored, table)) {
            return table;
        }
        SideEffects effects = table.sideEffects();
        if (effects.reachElsewhere() && isNew("side effects " + table)) {
            log.warn(
                    "[rm {}] What triggers and foreign keys of table {} write elsewhere is set to be ignored: a rollback of a"
                            + " global transaction will not undo it",
                    resourceId,
                    table);
        }
        return table.ignoringEffectsElsewhere();
    }

    private boolean isNew(String what) {
        return told.size() < MOST_TOLD && told.add(what);
    }

    private static boolean isAmong(Set<String> names, TableMeta table) {
        String name = table.name().toLowerCase(Locale.ROOT);
        return names.contains(name)
                || qualified(names, table.schema(), name)
                || qualified(names, table.catalog(), name);
    }

    private static boolean qualified(Set<String> names, @Nullable String qualifier, String name) {
        return qualifier != null && names.contains(qualifier.toLowerCase(Locale.ROOT) + "." + name);
    }
}

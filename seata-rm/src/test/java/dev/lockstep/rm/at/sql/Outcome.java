package dev.lockstep.rm.at.sql;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan as one line of text, so that a person can review a list of them. */
final class Outcome {

    static String of(RecognizedSql plan) {
        if (plan instanceof RecognizedSql.Read) {
            return "read";
        }
        if (plan instanceof RecognizedSql.Exempt) {
            return "exempt";
        }
        if (plan instanceof RecognizedSql.Harmless harmless) {
            return harmless.changesNames() ? "harmless, changes names" : "harmless";
        }
        if (plan instanceof RecognizedSql.LockingRead read) {
            return "lock " + table(read.table()) + selection(read.selection()) + " " + read.lock();
        }
        if (plan instanceof RecognizedSql.Insert insert) {
            return "insert " + insert(insert) + returning(insert.returning());
        }
        if (plan instanceof RecognizedSql.Upsert upsert) {
            return "upsert " + insert(upsert.insert()) + " "
                    + upsert.conflict().name().toLowerCase(Locale.ROOT) + " by " + match(upsert.match())
                    + names(upsert.setColumns()) + clause(" tail ", upsert.tail()) + returning(upsert.returning());
        }
        if (plan instanceof RecognizedSql.Update update) {
            return "update " + table(update.table()) + names(update.setColumns()) + " set " + slice(set(update.head()))
                    + joined(update.selection())
                    + selection(update.selection()) + returning(update.returning());
        }
        if (plan instanceof RecognizedSql.Delete delete) {
            return "delete " + table(delete.table()) + joined(delete.selection()) + selection(delete.selection())
                    + returning(delete.returning());
        }
        if (plan instanceof RecognizedSql.Refused refused) {
            return "refused: " + refused.reason();
        }
        throw new AssertionError("no line for " + plan);
    }

    private static String insert(RecognizedSql.Insert insert) {
        return table(insert.table())
                + names(insert.columns())
                + (insert.fromQuery() ? " from a query" : "")
                + insert.rows().stream()
                        .map(row -> row.stream()
                                .map(value -> value.kind() + " " + slice(value.slice()))
                                .collect(Collectors.joining(", ", " (", ")")))
                        .collect(Collectors.joining())
                + (insert.skipsConflicts() ? " skips conflicts" : "");
    }

    private static String names(List<Identifier> names) {
        return names.stream().map(Outcome::name).collect(Collectors.joining(", ", " (", ")"));
    }

    private static String match(RecognizedSql.Upsert.Match match) {
        return match.anyUniqueKey()
                ? "any unique key"
                : match.columns().isEmpty() ? "primary key" : names(match.columns());
    }

    /** What stands behind the word SET. */
    private static Slice set(Slice head) {
        var set = head.text().toUpperCase(Locale.ROOT).indexOf(" SET ");
        return new Slice(head.text().substring(set + 5), head.firstParameter(), head.parameterCount());
    }

    private static String joined(RowSelection selection) {
        return clause(" with ", selection.with()) + clause(" joined ", selection.joined());
    }

    private static String returning(RecognizedSql.@Nullable Returning returning) {
        return returning == null ? "" : " returning " + slice(returning.columns());
    }

    private static String table(TableReference table) {
        return table.path().stream().map(Outcome::name).collect(Collectors.joining("/"))
                + (table.alias() == null ? "" : " as " + name(table.alias()));
    }

    private static String name(Identifier name) {
        return name.quoted() ? "\"" + name.name() + "\"" : name.name();
    }

    private static String selection(RowSelection selection) {
        return clause(" where ", selection.where())
                + clause(" order by ", selection.orderBy())
                + clause(" limit ", selection.limit())
                + (selection.rowsCannotSwap() ? " (steady)" : " (may swap)");
    }

    private static String clause(String name, @Nullable Slice slice) {
        return slice == null ? "" : name + slice(slice);
    }

    private static String slice(Slice slice) {
        var last = slice.firstParameter() + slice.parameterCount() - 1;
        var parameters = !slice.hasParameters()
                ? ""
                : slice.parameterCount() == 1 ? "{" + last + "}" : "{" + slice.firstParameter() + "-" + last + "}";
        return "[" + slice.text().replace("\n", "<NL>") + "]" + parameters;
    }

    private Outcome() {}
}

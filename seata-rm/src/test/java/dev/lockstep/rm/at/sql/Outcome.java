package dev.lockstep.rm.at.sql;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan as one line of text, so that a person can review a list of them. */
final class Outcome {

    static String of(RecognizedSql plan) {
        if (plan instanceof RecognizedSql.Read) {
            return "read";
        }
        if (plan instanceof RecognizedSql.Harmless harmless) {
            return harmless.changesNames() ? "harmless, changes names" : "harmless";
        }
        if (plan instanceof RecognizedSql.LockingRead read) {
            return "lock " + table(read.table()) + selection(read.selection()) + " " + read.lock();
        }
        if (plan instanceof RecognizedSql.Insert insert) {
            return "insert " + table(insert.table())
                    + insert.columns().stream().map(Outcome::name).collect(Collectors.joining(", ", " (", ")"))
                    + insert.rows().stream()
                            .map(row -> row.stream()
                                    .map(value -> value.kind() + " " + slice(value.slice()))
                                    .collect(Collectors.joining(", ", " (", ")")))
                            .collect(Collectors.joining());
        }
        if (plan instanceof RecognizedSql.Update update) {
            return "update " + table(update.table())
                    + update.setColumns().stream().map(Outcome::name).collect(Collectors.joining(", ", " (", ")"))
                    + " set " + slice(update.set()) + selection(update.selection());
        }
        if (plan instanceof RecognizedSql.Delete delete) {
            return "delete " + table(delete.table()) + selection(delete.selection());
        }
        if (plan instanceof RecognizedSql.Refused refused) {
            return "refused: " + refused.reason();
        }
        throw new AssertionError("no line for " + plan);
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

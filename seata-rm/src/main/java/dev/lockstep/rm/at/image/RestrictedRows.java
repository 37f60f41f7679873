package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.sql.UnsupportedSqlException;

/** The limit of statements that are sent with keys in place of their own clauses. */
final class RestrictedRows {

    private RestrictedRows() {}

    /** Refuses more rows than one statement may name, because in two statements the second would see the first's work. */
    static void check(CaptureContext context, String sql, TableImage imaged) throws UnsupportedSqlException {
        int most = context.dialect().maxRowsPerStatement();
        if (imaged.size() > most) {
            throw new UnsupportedSqlException(
                    sql,
                    "its clauses (a limit, a sub-query or a function whose result varies) choose " + imaged.size()
                            + " rows, and at most " + most + " can be held fast",
                    "Choose the keys by a SELECT of your own and change at most " + most + " rows at a time.");
        }
    }
}

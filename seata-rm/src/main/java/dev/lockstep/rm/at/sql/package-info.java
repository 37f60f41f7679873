/**
 * From SQL text to structure: verb, table, columns, rows, and the clauses that select rows, each as a slice of the
 * original text. Read {@link dev.lockstep.rm.at.sql.RecognizedSql} first: everything else serves to make one.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.sql;

import org.jspecify.annotations.NullMarked;

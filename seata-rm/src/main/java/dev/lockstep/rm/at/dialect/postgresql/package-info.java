/**
 * PostgreSQL: read {@link dev.lockstep.rm.at.dialect.postgresql.PostgreSqlDialectProvider} for its facts and {@link
 * dev.lockstep.rm.at.dialect.postgresql.PostgreSqlRules} for its SQL.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.dialect.postgresql;

import org.jspecify.annotations.NullMarked;

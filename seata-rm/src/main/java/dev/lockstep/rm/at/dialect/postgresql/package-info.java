/**
 * PostgreSQL: read {@link dev.lockstep.rm.at.dialect.postgresql.PostgreSqlDialectProvider} for its facts and {@link
 * dev.lockstep.rm.at.dialect.postgresql.PostgreSqlRules} for its SQL.
 */
@NullMarked
package dev.lockstep.rm.at.dialect.postgresql;

import org.jspecify.annotations.NullMarked;

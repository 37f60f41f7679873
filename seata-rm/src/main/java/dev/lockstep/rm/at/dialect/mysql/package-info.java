/**
 * MySQL and MariaDB: read {@link dev.lockstep.rm.at.dialect.mysql.MySqlDialectProvider} for their facts and {@link
 * dev.lockstep.rm.at.dialect.mysql.MySqlRules} for their SQL.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.dialect.mysql;

import org.jspecify.annotations.NullMarked;

package dev.lockstep.rm.at.image;

import dev.lockstep.rm.policy.LockKeyForm;

/**
 * How the rows of one data source are named to the TC. Immutable.
 *
 * @param form which texts are sent
 * @param tableAsWritten whether the official client names a table as the statement does, and not as the database (that of
 *     PostgreSQL: PostgresqlTableMetaCache, 2.0.0)
 */
public record LockKeyRules(LockKeyForm form, boolean tableAsWritten) {}

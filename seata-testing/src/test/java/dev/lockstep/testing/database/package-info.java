/** Tests of the database launchers, with PostgreSQL: read {@code DatabaseServerTest} first. */
@NullMarked
package dev.lockstep.testing.database;

import org.jspecify.annotations.NullMarked;

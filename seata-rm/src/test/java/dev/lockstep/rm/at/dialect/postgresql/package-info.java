/** Tests of PostgreSQL's facts that need no database; the others are {@code PostgreSqlIT} and {@code PostgreSqlCaptureIT}. */
@NullMarked
package dev.lockstep.rm.at.dialect.postgresql;

import org.jspecify.annotations.NullMarked;

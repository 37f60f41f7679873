/**
 * H2 in its regular, MySQL and PostgreSQL modes. Read {@link dev.lockstep.rm.at.dialect.h2.H2DialectProvider} first.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.dialect.h2;

import org.jspecify.annotations.NullMarked;

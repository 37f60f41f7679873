/**
 * What differs between databases, as facts in groups, one for each step that asks: read {@link
 * dev.lockstep.rm.at.dialect.Dialect}. Each database has a folder here with a {@link dev.lockstep.rm.at.dialect.DialectProvider} and one line in {@code META-INF/services}.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.dialect;

import org.jspecify.annotations.NullMarked;

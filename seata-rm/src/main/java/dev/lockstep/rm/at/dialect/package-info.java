/**
 * What differs between databases, as facts: read {@link dev.lockstep.rm.at.dialect.Dialect}. Each database has a folder
 * here with a {@link dev.lockstep.rm.at.dialect.DialectProvider} and one line in {@code META-INF/services}.
 */
@NullMarked
package dev.lockstep.rm.at.dialect;

import org.jspecify.annotations.NullMarked;

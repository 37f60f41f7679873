/**
 * The interfaces of JDBC, forwarded. No class here decides anything and none imports anything of ours, so whoever looks
 * for logic need not look here: it is in {@code dev.lockstep.rm.at}, whose classes extend these. Back references
 * ({@code getConnection}, {@code getStatement}) answer the wrapping object. JDBC does not say everywhere what may be null,
 * so these classes are {@code @NullUnmarked}. Read {@link dev.lockstep.rm.jdbc.DelegatingConnection} first.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.jdbc;

import org.jspecify.annotations.NullMarked;

/**
 * The AT mode: JDBC classes that capture what a local transaction changes. Read {@link dev.lockstep.rm.at.AtConnection}
 * first, then {@link dev.lockstep.rm.at.LocalTransaction} (the binding to the global one) and {@link
 * dev.lockstep.rm.at.Execution} (what happens to a text). The folders below are the steps of the algorithm.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at;

import org.jspecify.annotations.NullMarked;

/**
 * The AT mode: JDBC classes that capture what a local transaction changes. Read {@link dev.lockstep.rm.at.AtConnection}
 * first: it binds a local transaction to its global one. The folders below are the steps of the algorithm.
 */
@NullMarked
package dev.lockstep.rm.at;

import org.jspecify.annotations.NullMarked;

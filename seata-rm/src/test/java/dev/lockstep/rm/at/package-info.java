/**
 * The AT mode against H2 and a coordinator in memory. Read {@link dev.lockstep.rm.at.DialectContract} first: what every
 * database must show.
 */
@NullMarked
package dev.lockstep.rm.at;

import org.jspecify.annotations.NullMarked;

/**
 * A real TC in a child JVM, started from its published server artifact.
 *
 * <p>Read {@link dev.lockstep.testing.tc.TcServer} first; tests that only need some TC take the one of {@link
 * dev.lockstep.testing.tc.SharedTc}.
 */
@NullMarked
package dev.lockstep.testing.tc;

import org.jspecify.annotations.NullMarked;

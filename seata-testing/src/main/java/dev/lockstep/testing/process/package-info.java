/**
 * JVMs that a test or a demo starts and that never outlive it: own class path, working folder, log file, ready check.
 *
 * <p>Read {@link dev.lockstep.testing.process.ChildJvm} first; {@link dev.lockstep.testing.process.ExitWithParent} is the
 * part that runs inside the child.
 */
@NullMarked
package dev.lockstep.testing.process;

import org.jspecify.annotations.NullMarked;

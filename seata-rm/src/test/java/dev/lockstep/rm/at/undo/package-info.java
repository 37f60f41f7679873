/** The form of undo logs, held against the official client's own classes. */
@NullMarked
package dev.lockstep.rm.at.undo;

import org.jspecify.annotations.NullMarked;

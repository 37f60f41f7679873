/**
 * Undo of a large branch and deletion of undo logs, by our client and the official one, on one MariaDB. {@link
 * dev.lockstep.benchmarks.undo.UndoComparison} starts the database and lets the clients take turns, each in a process of its
 * own ({@link dev.lockstep.benchmarks.undo.UndoWorker}).
 */
@NullMarked
package dev.lockstep.benchmarks.undo;

import org.jspecify.annotations.NullMarked;

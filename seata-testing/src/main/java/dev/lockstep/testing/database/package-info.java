/**
 * Real databases for tests, from binaries on the class path: no docker, also as root, and never longer than the build.
 *
 * <p>Read {@link dev.lockstep.testing.database.SharedDatabase} first, which is all that a test names; {@link
 * dev.lockstep.testing.database.DatabaseServer} is what it gets.
 */
@NullMarked
package dev.lockstep.testing.database;

import org.jspecify.annotations.NullMarked;

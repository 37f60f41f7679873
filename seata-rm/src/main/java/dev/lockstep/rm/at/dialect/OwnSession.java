package dev.lockstep.rm.at.dialect;

/**
 * What a local transaction of the RM's own needs of its session, and how the session, which belongs to the user's pool,
 * becomes again what it was. Immutable.
 *
 * @param read query of one row for the settings as they are
 * @param set statement that sets them; {@code %d} is how long to wait for a row lock, in milliseconds
 * @param restore statement that sets them back; {@code %1$s} is the first column of {@code read}, and so on
 */
public record OwnSession(String read, String set, String restore) {}

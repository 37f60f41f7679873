package dev.lockstep.rm.at.sql;

/**
 * A name in a statement. Immutable.
 *
 * @param text as written, quotes included
 * @param name without quotes and with doubled quotes undone; case as written
 * @param quoted whether it was quoted, so that its case is exact
 */
public record Identifier(String text, String name, boolean quoted) {}

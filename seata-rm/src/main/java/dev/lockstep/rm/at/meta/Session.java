package dev.lockstep.rm.at.meta;

/**
 * What a session of the database may have made of its own. Immutable.
 *
 * @param namespace where it looks for names that stand alone
 * @param sqlMode how it reads SQL; empty where there is only one way
 */
public record Session(Namespace namespace, String sqlMode) {}

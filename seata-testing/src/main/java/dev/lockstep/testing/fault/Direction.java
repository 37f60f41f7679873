package dev.lockstep.testing.fault;

/** Which way bytes go through the proxy. */
public enum Direction {
    TO_TC,
    TO_CLIENT
}

package dev.lockstep.frameworks.shop;

/** Thrown in a test's own work to have its global transaction rolled back. */
final class Oops extends RuntimeException {
    Oops() {
        super("oops");
    }
}

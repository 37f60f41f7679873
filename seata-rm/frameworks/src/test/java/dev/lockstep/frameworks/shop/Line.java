package dev.lockstep.frameworks.shop;

/** One position of a purchase; {@code number} counts from 1. */
public record Line(int number, long productId, int amount) {}

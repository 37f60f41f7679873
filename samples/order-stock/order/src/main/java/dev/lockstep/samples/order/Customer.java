package dev.lockstep.samples.order;

/** A customer and what he or she may still spend. */
record Customer(String name, int credit) {}

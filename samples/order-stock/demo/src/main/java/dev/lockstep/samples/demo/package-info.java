/**
 * The program behind {@code ./demo}: read {@link dev.lockstep.samples.demo.Demo} first.
 */
@NullMarked
package dev.lockstep.samples.demo;

import org.jspecify.annotations.NullMarked;

/** Micro benchmarks, run by JMH. Whole-path comparisons with the official client will stand beside them. */
@NullMarked
package dev.lockstep.benchmarks;

import org.jspecify.annotations.NullMarked;

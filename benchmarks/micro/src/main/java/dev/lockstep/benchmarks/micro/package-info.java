/** Micro benchmarks, run by JMH. */
@NullMarked
package dev.lockstep.benchmarks.micro;

import org.jspecify.annotations.NullMarked;

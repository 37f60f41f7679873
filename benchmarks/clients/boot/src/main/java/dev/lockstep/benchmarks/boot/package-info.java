/** A Spring Boot application to which a starter may be added; {@code BootClient} is its main class. */
@NullMarked
package dev.lockstep.benchmarks.boot;

import org.jspecify.annotations.NullMarked;

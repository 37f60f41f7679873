/** Our client as a Spring Boot application has it, in a process of its own; {@code StarterShop} is its main class. */
@NullMarked
package dev.lockstep.benchmarks.starter;

import org.jspecify.annotations.NullMarked;

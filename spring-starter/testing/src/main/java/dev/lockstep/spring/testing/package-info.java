/**
 * For tests of Spring Boot applications: a TC, and what became of the global transactions. Read {@link
 * dev.lockstep.spring.testing.WithTc} first.
 */
@NullMarked
package dev.lockstep.spring.testing;

import org.jspecify.annotations.NullMarked;

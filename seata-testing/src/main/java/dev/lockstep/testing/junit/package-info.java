/**
 * What a test of an application without Spring needs: a coordinator in memory as a parameter, and words for what became of
 * a global transaction. Read {@link dev.lockstep.testing.junit.InMemoryTc} first. Applications with Spring Boot have
 * {@code lockstep-spring-boot-test}.
 */
@NullMarked
package dev.lockstep.testing.junit;

import org.jspecify.annotations.NullMarked;

/** Tests of the starter on the generation of Spring Boot that the build compiles against; {@code generations} runs on all. */
@NullMarked
package dev.lockstep.spring;

import org.jspecify.annotations.NullMarked;

/**
 * The packaged starter as applications of one generation of Spring Boot have it. Uses nothing that moved between
 * generations, and is compiled and run once for each.
 */
@NullMarked
package dev.lockstep.generations;

import org.jspecify.annotations.NullMarked;

/** Tests of a shop with one table, by the means that an application's tests have. */
@NullMarked
package dev.lockstep.spring.testing;

import org.jspecify.annotations.NullMarked;

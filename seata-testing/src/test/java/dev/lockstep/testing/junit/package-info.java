/** Tests of what tests of applications are given. */
@NullMarked
package dev.lockstep.testing.junit;

import org.jspecify.annotations.NullMarked;

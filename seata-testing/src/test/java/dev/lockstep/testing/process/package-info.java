@NullMarked
package dev.lockstep.testing.process;

import org.jspecify.annotations.NullMarked;

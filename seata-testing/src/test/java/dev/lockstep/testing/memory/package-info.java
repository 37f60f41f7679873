@NullMarked
package dev.lockstep.testing.memory;

import org.jspecify.annotations.NullMarked;

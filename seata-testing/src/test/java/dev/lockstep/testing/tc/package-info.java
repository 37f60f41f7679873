@NullMarked
package dev.lockstep.testing.tc;

import org.jspecify.annotations.NullMarked;

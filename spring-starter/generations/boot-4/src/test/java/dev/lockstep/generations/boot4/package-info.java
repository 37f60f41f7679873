/** What only Boot 4 has: types of ours that work with types of its own that moved. */
@NullMarked
package dev.lockstep.generations.boot4;

import org.jspecify.annotations.NullMarked;

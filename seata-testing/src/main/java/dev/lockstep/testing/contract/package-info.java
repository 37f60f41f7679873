/**
 * What every coordinator does for its clients, as tests: run against the in-memory coordinator and against real TCs.
 *
 * <p>Read {@link dev.lockstep.testing.contract.CoordinatorContract} first.
 */
@NullMarked
package dev.lockstep.testing.contract;

import org.jspecify.annotations.NullMarked;

/**
 * The resource manager: {@link dev.lockstep.rm.ResourceManager} wraps data sources and answers the TC's branch commands.
 * The AT mode lives in {@code at}; its folders are the steps of the algorithm: {@code sql}, {@code meta}, {@code image},
 * {@code undo}, {@code phaseone}, {@code phasetwo}, {@code dialect}.
 */
@NullMarked
package dev.lockstep.rm;

import org.jspecify.annotations.NullMarked;

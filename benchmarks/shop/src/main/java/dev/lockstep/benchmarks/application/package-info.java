/**
 * What every application of the benchmarks stands on: {@link dev.lockstep.benchmarks.application.ClientLibrary}, which each
 * client implements, and {@link dev.lockstep.benchmarks.application.PooledDatabase}.
 */
@NullMarked
package dev.lockstep.benchmarks.application;

import org.jspecify.annotations.NullMarked;

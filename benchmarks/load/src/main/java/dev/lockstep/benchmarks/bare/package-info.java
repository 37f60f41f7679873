/**
 * Frames on a socket and nothing else: what driving a TC costs without any client library. {@link
 * dev.lockstep.benchmarks.bare.PipelinedBare} is the ceiling for throughput, {@link dev.lockstep.benchmarks.bare.ParkedBare}
 * the reference for the CPU of blocking callers. Knows only the happy path.
 */
@NullMarked
package dev.lockstep.benchmarks.bare;

import org.jspecify.annotations.NullMarked;

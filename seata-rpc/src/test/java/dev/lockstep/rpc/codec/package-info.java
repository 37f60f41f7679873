/** Tests of the bytes: golden vectors, limits, and hostile input. Read {@code GoldenVectorsTest} first. */
@NullMarked
package dev.lockstep.rpc.codec;

import org.jspecify.annotations.NullMarked;

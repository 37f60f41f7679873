/** jOOQ with tables as its generator writes them. Read {@link dev.lockstep.frameworks.jooq.JooqContract} first. */
@NullMarked
package dev.lockstep.frameworks.jooq;

import org.jspecify.annotations.NullMarked;

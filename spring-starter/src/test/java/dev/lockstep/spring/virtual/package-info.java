/**
 * Ten thousand virtual threads against a TC that is far away. Begin with {@link
 * dev.lockstep.spring.virtual.VirtualThreadsIT}.
 */
@NullMarked
package dev.lockstep.spring.virtual;

import org.jspecify.annotations.NullMarked;

/**
 * TM, RM and transport together against a real TC and H2 databases: {@link dev.lockstep.rm.wholepath.Application} is one
 * service as a user would wire it without Spring.
 */
@NullMarked
package dev.lockstep.rm.wholepath;

import org.jspecify.annotations.NullMarked;

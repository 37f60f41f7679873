/**
 * Carries the xid from service to service: over HTTP in and out, blocking and reactive, and from thread to thread by
 * Micrometer's context propagation. Read {@link dev.lockstep.spring.web.SeataWebAutoConfiguration} first.
 */
@NullMarked
package dev.lockstep.spring.web;

import org.jspecify.annotations.NullMarked;

/** Tests of what carries the xid over HTTP. */
@NullMarked
package dev.lockstep.spring.web;

import org.jspecify.annotations.NullMarked;

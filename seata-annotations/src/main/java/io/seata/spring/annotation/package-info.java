/** The annotations of the official client, io.seata to 2.0, by their names; the Lockstep starter honours them. */
@NullMarked
package io.seata.spring.annotation;

import org.jspecify.annotations.NullMarked;

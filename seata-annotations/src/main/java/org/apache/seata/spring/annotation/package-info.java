/** The annotations of the official client, org.apache.seata 2.1 and newer, by their names; the Lockstep starter honours them. */
@NullMarked
package org.apache.seata.spring.annotation;

import org.jspecify.annotations.NullMarked;

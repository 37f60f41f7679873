/**
 * The Spring Boot starter: turns {@code seata.*} properties into the three clients (RPC, TM, RM), wraps data sources, puts
 * annotated methods into global transactions and carries the xid over HTTP.
 *
 * <p>Read {@link dev.lockstep.spring.SeataAutoConfiguration} first. The same jar serves Spring Boot 3.5 and 4.x.
 */
@NullMarked
package dev.lockstep.spring;

import org.jspecify.annotations.NullMarked;

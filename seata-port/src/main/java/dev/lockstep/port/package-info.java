/**
 * The ports between transaction logic (TM, RM) and whatever reaches the TC, as far as seata-core does not define them.
 *
 * <p>The other ports are seata-core's own: {@link io.seata.core.model.TransactionManager} (TM to TC), {@link
 * io.seata.core.model.ResourceManagerOutbound} (RM to TC) and {@link io.seata.core.model.ResourceManagerInbound} (TC to
 * RM). Read {@link dev.lockstep.port.AnswerLostException} first: the exceptions here say what is known of a request.
 */
@NullMarked
package dev.lockstep.port;

import org.jspecify.annotations.NullMarked;

/**
 * Global transactions: what is wanted ({@link dev.lockstep.tm.GlobalTransactionDefinition}), what is ({@link
 * dev.lockstep.tm.GlobalScope}), who does it ({@link dev.lockstep.tm.GlobalTransactionTemplate}, the class to read first;
 * then {@code Launcher} for the steps, {@code Ending} for the questions to the TC, {@code Answer} for what they decide).
 *
 * <p>Knows the TC only as {@link io.seata.core.model.TransactionManager}.
 */
@NullMarked
package dev.lockstep.tm;

import org.jspecify.annotations.NullMarked;

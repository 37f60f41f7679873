package io.seata.spring.annotation;

import io.seata.common.LockStrategyMode;
import io.seata.tm.api.transaction.Propagation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method, or every public method of a class, as one global transaction. Under the official name and with the
 * official attributes and defaults, so that code written for the official client stays as it is.
 */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface GlobalTransactional {

    /** Milliseconds after which the TC rolls back; 60000 means the default that {@code seata.client.tm} names. */
    int timeoutMills() default 60000;

    /** Name for logs and for the TC's console; by default the class and the signature of the method. */
    String name() default "";

    /** Exceptions that roll back. */
    Class<? extends Throwable>[] rollbackFor() default {};

    /** The same by class name. */
    String[] rollbackForClassName() default {};

    /** Exceptions that commit. Every other one rolls back, which differs from the official client. */
    Class<? extends Throwable>[] noRollbackFor() default {};

    /** The same by class name. */
    String[] noRollbackForClassName() default {};

    /** What to do with a global transaction that is already there. */
    Propagation propagation() default Propagation.REQUIRED;

    /** Milliseconds between two tries for a global lock; 0 for the setting of the RM. */
    int lockRetryInterval() default 0;

    /**
     * The same under an older name, which counts where {@link #lockRetryInterval} is 0.
     *
     * @deprecated misspelt; write {@link #lockRetryInterval}
     */
    @Deprecated
    int lockRetryInternal() default 0;

    /** Tries for a global lock after the first; -1 for the setting of the RM. */
    int lockRetryTimes() default -1;

    /** Without effect: conflicts are found either way. */
    LockStrategyMode lockStrategyMode() default LockStrategyMode.PESSIMISTIC;
}

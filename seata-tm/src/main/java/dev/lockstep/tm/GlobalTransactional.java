package dev.lockstep.tm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method, or every public method of a class, as one global transaction: all of it is committed, in every service
 * and database that it reached, or none of it. An annotation of the method goes before that of its class.
 *
 * <p>The work of the method is done when it returns. The starter refuses a method that returns a future or a publisher,
 * because its global transaction would end first.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface GlobalTransactional {

    /** Name for logs and for the TC's console; by default the class and the signature of the method. */
    String name() default "";

    /** Milliseconds after which the TC rolls back by itself; 0 for the default of the TM (60 s unless configured). */
    int timeoutMills() default 0;

    /** Exceptions that roll back. Every exception does unless a nearer {@link #noRollbackFor} speaks of it. */
    Class<? extends Throwable>[] rollbackFor() default {};

    /** The same by name: each speaks of all classes whose fully qualified name contains it, as with Spring. */
    String[] rollbackForClassName() default {};

    /** Exceptions that commit and are then thrown on. Every other one still rolls back. */
    Class<? extends Throwable>[] noRollbackFor() default {};

    /** The same by name: each speaks of all classes whose fully qualified name contains it, as with Spring. */
    String[] noRollbackForClassName() default {};

    /** What to do with a global transaction that is already there. */
    Propagation propagation() default Propagation.REQUIRED;

    /** Milliseconds between two tries for a global lock; 0 for the setting of the RM. */
    int lockRetryInterval() default 0;

    /** Tries for a global lock after the first; -1 for the setting of the RM. */
    int lockRetryTimes() default -1;
}

package dev.lockstep.tm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a method, or every public method of a class, write and lock rows only while no global transaction holds them, without
 * beginning one itself: for local transactions that share tables with global ones. An annotation of the method goes before
 * that of its class.
 *
 * <p>Inside a global transaction it changes nothing, since branches take the global locks anyway; it does for work there that
 * runs without one, as with {@link Propagation#NOT_SUPPORTED}. Put it on the method that carries {@code @Transactional} or
 * around it: the local transaction must end inside.
 *
 * @see GlobalLockScope#execute the same without an annotation
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface GlobalLock {

    /** Milliseconds between two tries for rows that a global transaction holds; 0 for the setting of the RM. */
    int lockRetryInterval() default 0;

    /** Tries after the first; -1 for the setting of the RM. */
    int lockRetryTimes() default -1;
}

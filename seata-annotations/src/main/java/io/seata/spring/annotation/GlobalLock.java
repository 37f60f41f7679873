package io.seata.spring.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets local transactions without a global one wait for rows that a global transaction holds. Under the official name and
 * with the official attributes and defaults.
 */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface GlobalLock {

    /** Milliseconds between two tries; 0 for the setting of the RM. */
    int lockRetryInterval() default 0;

    /** Tries after the first; -1 for the setting of the RM. */
    int lockRetryTimes() default -1;
}

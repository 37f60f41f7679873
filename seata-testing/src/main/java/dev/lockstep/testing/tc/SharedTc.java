package dev.lockstep.testing.tc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a {@link TcServer} parameter of a test class constructor, a test method or a lifecycle method: the TC of this
 * version that all tests of one JVM share. It is started at the first use and removed at the end of the test plan.
 *
 * <p>Such tests use application ids, resource ids and keys of their own, and never kill the TC; tests that do start one for
 * themselves.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@ExtendWith(SharedTcResolver.class)
public @interface SharedTc {

    /** The version; 1.8.0 is the one that most tests run against. */
    String value() default "1.8.0";
}

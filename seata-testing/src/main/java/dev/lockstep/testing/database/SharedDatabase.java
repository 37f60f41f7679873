package dev.lockstep.testing.database;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a {@link DatabaseServer} parameter of a test class constructor, a test method or a lifecycle method: the server of
 * this kind that all tests of one JVM share. It is started at the first use and removed at the end of the test plan.
 *
 * <p>Tests work in databases of their own, which {@link DatabaseServer#createDatabase()} gives. Where the server cannot be
 * had, the test is skipped with a line that says why; if the system property {@code db.require} lists its kind, it fails.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@ExtendWith(SharedDatabaseResolver.class)
public @interface SharedDatabase {

    /** Which database. */
    DatabaseKind value();
}

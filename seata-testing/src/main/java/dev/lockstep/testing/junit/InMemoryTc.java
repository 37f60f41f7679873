package dev.lockstep.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks an {@code InMemoryCoordinator} parameter of a test method or of its {@code @BeforeEach}: a coordinator of the test's
 * own, the same in both, closed after the test. On a {@code @BeforeAll} method or the constructor of a per-class instance it
 * lives as long as the class.
 *
 * <pre>{@code
 * @BeforeEach
 * void connect(@InMemoryTc InMemoryCoordinator tc) {
 *     InMemoryClient client = tc.connect("shop");
 *     var resourceManager = new ResourceManager(client, client, ResourceManagerOptions.defaults());
 *     client.open(resourceManager, resourceManager);
 *     ...
 * }
 * }</pre>
 *
 * <p>For a real TC see {@code SharedTc}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@ExtendWith(InMemoryTcResolver.class)
public @interface InMemoryTc {}

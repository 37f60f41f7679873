package dev.lockstep.spring.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the application of a test a TC of its own, whatever its properties say about one, and a {@link SeenTransactions}
 * bean that tells what became of its global transactions. The TC lives as long as the application's context, which Spring
 * keeps for all tests that ask for the same.
 *
 * <pre>{@code
 * @SpringBootTest
 * @WithTc
 * class OrderServiceTest {
 *
 *     @Autowired OrderService orders;
 *     @Autowired SeenTransactions transactions;
 *
 *     @Test
 *     void an_order_is_taken() {
 *         orders.place("ann", "bike", 1);
 *
 *         transactions.assertLast().isCommitted().hasBranches(2).leavesNothing();
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WithTc {

    /** A coordinator in memory, without a wire. Quick, and its faults can be planned by the InMemoryCoordinator bean. */
    String IN_MEMORY = "memory";

    /**
     * {@link #IN_MEMORY}, or the version of a real TC that runs as a process of its own, such as {@code 1.8.0}. That one
     * needs the folder with its class path in the system property {@code lockstep.servers}: docs/getting-started.md.
     */
    String value() default IN_MEMORY;
}

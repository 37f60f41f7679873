package dev.lockstep.spring.sight;

import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;

/**
 * Spans of global transactions and branches, for the application's ObservationRegistry; nothing where it has none. Looked at
 * after all else, Boot's own registry among them, which has another auto-configuration in each generation.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
public class SeataObservationAutoConfiguration {

    @Bean
    CommittedBranches seataCommittedBranches() {
        return new CommittedBranches();
    }

    @Bean
    TransactionSpans seataTransactionSpans(ObjectProvider<ObservationRegistry> observations) {
        return new TransactionSpans(registry(observations));
    }

    @Bean
    BranchSpans seataBranchSpans(ObjectProvider<ObservationRegistry> observations, CommittedBranches committed) {
        return new BranchSpans(registry(observations), committed);
    }

    @Bean
    PhaseTwoSpans seataPhaseTwoSpans(ObjectProvider<ObservationRegistry> observations, CommittedBranches committed) {
        return new PhaseTwoSpans(registry(observations), committed);
    }

    /** Asked at the first event: handlers are added to it after it was made. */
    private static Supplier<ObservationRegistry> registry(ObjectProvider<ObservationRegistry> observations) {
        return SingletonSupplier.of(() -> observations.getIfUnique(() -> ObservationRegistry.NOOP))::obtain;
    }
}

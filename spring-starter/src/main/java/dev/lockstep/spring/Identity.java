package dev.lockstep.spring;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Who this application is towards the TC. Immutable.
 *
 * @param applicationId the same for every instance
 * @param group the transaction service group
 */
record Identity(String applicationId, String group) {

    private static final String DEFAULT_GROUP = "default_tx_group";

    /** Where the official starter looks when its own two properties are absent. */
    private static final String ALIBABA = "spring.cloud.alibaba.seata.";

    /**
     * @param property looks a property up in the application's environment, null where it is absent
     * @throws SeataConfigurationException if the application has no name
     */
    static Identity of(SeataProperties properties, UnaryOperator<@Nullable String> property) {
        String applicationId = firstOf(
                properties.applicationId(),
                property.apply(ALIBABA + "application-id"),
                property.apply("spring.application.name"));
        if (applicationId == null) {
            throw new SeataConfigurationException(
                    "The application has no name, and the TC tells applications apart by their names when it delivers the"
                            + " second phase.",
                    "Name it, the same for every instance, for example"
                            + "\n\n    spring.application.name=order-service\n\nor, where another name is wanted towards the TC,"
                            + "\n\n    seata.application-id=order-service\n");
        }
        String group = firstOf(properties.txServiceGroup(), property.apply(ALIBABA + "tx-service-group"));
        return new Identity(applicationId, group == null ? DEFAULT_GROUP : group);
    }

    private static @Nullable String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (StringUtils.hasText(candidate)) {
                return candidate.strip();
            }
        }
        return null;
    }
}

package dev.lockstep.spring;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Under what the TCs of this application stand in a registry.
 *
 * @param id name of their service
 * @param cluster which of the instances are meant, where the registry tells clusters of one service apart; null for all
 * @param whereToLook what to look at when there are none; empty where nothing is to be said
 */
record TcService(String id, @Nullable String cluster, String whereToLook) {

    /** The name under which TCs register themselves unless told otherwise. */
    private static final String DEFAULT_ID = "seata-server";

    /**
     * Names the service as the official client does, unless a name is given: where a registry has no clusters, TCs are
     * registered with the name of their cluster as that of the service (Eureka, Consul).
     *
     * @param given null unless the application names the service
     * @param cluster the one that the transaction service group is mapped to, or null
     * @param property looks a property up in the application's environment, null where it is absent
     */
    static TcService of(
            String registryType,
            @Nullable String given,
            @Nullable String cluster,
            UnaryOperator<@Nullable String> property) {
        String type = registryType.toLowerCase(Locale.ROOT);
        String id = given == null ? property.apply("seata.registry." + type + ".application") : given;
        if (id == null && (type.equals("eureka") || type.equals("consul"))) {
            id = cluster;
        }
        return new TcService(
                id == null ? DEFAULT_ID : id,
                cluster,
                type.equals("nacos")
                        ? " A TC registers itself in the group SEATA_GROUP of Nacos unless its own"
                                + " seata.registry.nacos.group names the one in which this application looks"
                                + " (spring.cloud.nacos.discovery.group, and its namespace)."
                        : "");
    }
}

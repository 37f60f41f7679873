package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Chooses by {@code seata.registry.type} who finds the TCs: the properties themselves, or a registry. */
final class TcDiscovery {

    /**
     * Registries of the official client that Spring Cloud has no client for. Another registry that happens to be there for the
     * application's own services knows no TC that registers itself elsewhere.
     */
    private static final Set<String> NOWHERE_IN_SPRING_CLOUD =
            Set.of("raft", "seata", "redis", "etcd3", "sofa", "custom");

    private TcDiscovery() {}

    /**
     * @param registry null where no class for registries is present
     * @param property looks a property up in the application's environment, null where it is absent
     * @throws SeataConfigurationException if the type is one that nobody here can serve
     */
    static Discovery of(
            SeataProperties properties,
            LockstepProperties.Registry registrySettings,
            Identity identity,
            @Nullable ServiceRegistry registry,
            UnaryOperator<@Nullable String> property) {
        if (registrySettings.refreshInterval().toMillis() < 1) {
            throw new SeataConfigurationException(
                    "lockstep.registry.refresh-interval is " + registrySettings.refreshInterval()
                            + ": the TCs would be looked for without a pause.",
                    "Set it to at least 1 ms, for example to 10s.");
        }
        String type = properties.registry().type();
        if ("file".equalsIgnoreCase(type)) {
            return new FileRegistry(properties.service(), identity.group(), registrySettings).discovery();
        }
        if (NOWHERE_IN_SPRING_CLOUD.contains(type.toLowerCase(Locale.ROOT))) {
            throw noRegistryToAsk(type, identity.group());
        }
        if (registry == null || !registry.isThere()) {
            throw notServed(type, identity.group());
        }
        return registry.follow(TcService.of(
                type,
                registrySettings.serviceId(),
                FileRegistry.mappedCluster(properties.service(), identity.group()),
                property));
    }

    private static SeataConfigurationException noRegistryToAsk(String type, String group) {
        return new SeataConfigurationException(
                "seata.registry.type is '" + type
                        + "', and neither Lockstep nor Spring Cloud asks there: the addresses of the TCs would never be found.",
                "Name the TCs themselves"
                        + (type.equalsIgnoreCase("raft") ? ", all of the group, of which the leader is found" : "")
                        + ", for example"
                        + addresses(group)
                        + "or declare a bean of type dev.lockstep.rpc.discovery.Discovery that finds them; then the type does not matter.");
    }

    private static String addresses(String group) {
        return "\n\n    seata.registry.type=file"
                + "\n    seata.service.vgroup-mapping." + group + "=default"
                + "\n    seata.service.grouplist.default=127.0.0.1:8091\n\n";
    }

    private static SeataConfigurationException notServed(String type, String group) {
        return new SeataConfigurationException(
                "seata.registry.type is '" + type
                        + "', and nothing on the class path can ask a registry: the addresses of the TCs would never be found.",
                "Add Spring Cloud's discovery for that registry, for example spring-cloud-starter-alibaba-nacos-discovery or"
                        + " spring-cloud-starter-netflix-eureka-client, with its own address properties. Or name the addresses"
                        + " in the properties instead, for example"
                        + addresses(group)
                        + "or declare a bean of type dev.lockstep.rpc.discovery.Discovery that asks your registry.");
    }
}

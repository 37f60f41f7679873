package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Chooses by {@code seata.registry.type} who finds the TCs: the properties themselves, or a registry. */
final class TcDiscovery {

    /** The name under which TCs register themselves unless told otherwise. */
    private static final String DEFAULT_SERVICE_ID = "seata-server";

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
        String type = properties.registry().type();
        if ("file".equalsIgnoreCase(type)) {
            return new FileRegistry(properties.service(), identity.group()).discovery();
        }
        if (registry == null || !registry.isThere()) {
            throw notServed(type, identity.group());
        }
        String serviceId = registrySettings.serviceId();
        if (serviceId == null) {
            serviceId = property.apply("seata.registry." + type.toLowerCase(Locale.ROOT) + ".application");
        }
        return registry.follow(serviceId == null ? DEFAULT_SERVICE_ID : serviceId);
    }

    private static SeataConfigurationException notServed(String type, String group) {
        return new SeataConfigurationException(
                "seata.registry.type is '" + type
                        + "', and nothing on the class path can ask a registry: the addresses of the TCs would never be found.",
                "Add Spring Cloud's discovery for that registry, for example spring-cloud-starter-alibaba-nacos-discovery or"
                        + " spring-cloud-starter-netflix-eureka-client, with its own address properties. Or name the addresses"
                        + " in the properties instead, for example"
                        + "\n\n    seata.registry.type=file"
                        + "\n    seata.service.vgroup-mapping." + group + "=default"
                        + "\n    seata.service.grouplist.default=127.0.0.1:8091\n\n"
                        + "or declare a bean of type dev.lockstep.rpc.discovery.Discovery that asks your registry.");
    }
}

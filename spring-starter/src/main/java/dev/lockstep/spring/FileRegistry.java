package dev.lockstep.spring;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.DnsDiscovery;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the TCs as the properties spell them: transaction service group to cluster ({@code
 * seata.service.vgroup-mapping}), cluster to addresses ({@code seata.service.grouplist}). Immutable.
 */
final class FileRegistry {

    private static final String MAPPING = "seata.service.vgroup-mapping.";
    private static final String GROUPLIST = "seata.service.grouplist.";

    private final SeataProperties.Service service;
    private final String group;
    private final LockstepProperties.Registry settings;

    FileRegistry(SeataProperties.Service service, String group, LockstepProperties.Registry settings) {
        this.service = service;
        this.group = group;
        this.settings = settings;
    }

    /**
     * The addresses of this application's group, at least one.
     *
     * @throws SeataConfigurationException if they are nowhere
     */
    Discovery discovery() {
        String cluster = cluster();
        String grouplist = find(service.grouplist(), cluster);
        if (grouplist == null || grouplist.isBlank()) {
            throw new SeataConfigurationException(
                    "The transaction service group '" + group + "' belongs to the cluster '"
                            + cluster
                            + "', and no address of a TC is given for that cluster"
                            + given(service.grouplist())
                            + ".",
                    "Name the addresses, several separated by ';', for example"
                            + lines(GROUPLIST + cluster + "=127.0.0.1:8091"));
        }
        try {
            return settings.everyAddress()
                    ? DnsDiscovery.of(grouplist, settings.refreshInterval())
                    : StaticDiscovery.of(grouplist);
        } catch (IllegalArgumentException unreadable) {
            throw new SeataConfigurationException(
                    GROUPLIST + cluster + " is '" + grouplist + "', which is no list of addresses. "
                            + unreadable.getMessage(),
                    "Write each address as host and port, several separated by ';', for example"
                            + lines(GROUPLIST + cluster + "=127.0.0.1:8091"));
        }
    }

    /** The cluster that a transaction service group is mapped to, or null. */
    static @Nullable String mappedCluster(SeataProperties.Service service, String group) {
        String cluster = find(service.vgroupMapping(), group);
        return cluster == null || cluster.isBlank() ? null : cluster.strip();
    }

    private String cluster() {
        Map<String, String> mapping = service.vgroupMapping();
        String cluster = mappedCluster(service, group);
        if (cluster == null) {
            throw new SeataConfigurationException(
                    "No cluster of TCs is given for the transaction service group '" + group + "'" + given(mapping)
                            + ".",
                    "Map the group to a cluster and name the addresses of the cluster, for example"
                            + lines(MAPPING + group + "=default", GROUPLIST + "default=127.0.0.1:8091")
                            + "or set seata.tx-service-group to a group that is mapped.");
        }
        return cluster;
    }

    /**
     * Finds a key as Boot's relaxed binding would: environment variables can carry neither case nor dashes, so these do not
     * count when no key is equal.
     */
    private static @Nullable String find(Map<String, String> map, String key) {
        String exact = map.get(key);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, String> entry : map.entrySet()) {
            if (uniform(entry.getKey()).equals(uniform(key))) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static String uniform(String key) {
        return key.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }

    private static String given(Map<String, String> map) {
        return map.isEmpty() ? "; there are none" : "; given are " + new TreeMap<>(map);
    }

    private static String lines(String... properties) {
        return "\n\n    " + String.join("\n    ", properties) + "\n\n";
    }
}

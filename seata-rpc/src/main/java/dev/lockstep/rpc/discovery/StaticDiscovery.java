package dev.lockstep.rpc.discovery;

import java.util.Arrays;
import java.util.List;

/**
 * A list of nodes that never changes, such as {@code seata.service.grouplist.default=10.0.0.1:8091,10.0.0.2:8091}. Immutable,
 * thread-safe.
 */
public final class StaticDiscovery implements Discovery {

    private final List<TcAddress> addresses;

    private StaticDiscovery(List<TcAddress> addresses) {
        this.addresses = addresses;
    }

    /**
     * @param list comma-separated {@code host:port}; a semicolon separates too, as in the official property
     * @throws IllegalArgumentException if the list names no address, or one that is not host:port
     */
    public static StaticDiscovery of(String list) {
        var addresses = Arrays.stream(list.split("[,;]"))
                .filter(part -> !part.isBlank())
                .map(TcAddress::parse)
                .distinct()
                .toList();
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "The list of TC addresses is empty. Give at least one as host:port, separated by commas.");
        }
        return new StaticDiscovery(addresses);
    }

    @Override
    public List<TcAddress> addresses() {
        return addresses;
    }

    @Override
    public Subscription onChange(Runnable notice) {
        return () -> {};
    }
}

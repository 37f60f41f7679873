package dev.lockstep.port;

/**
 * Where an RM makes its resources known, so that the TC can find this process for their second phase (RM to TC).
 *
 * <p>The transport announces every resource on every connection it has and on every one it opens later: the TC delivers
 * a branch command to any connection of the application that announced the resource, and holds the command back when
 * none did.
 *
 * <p>Implementations are thread-safe.
 */
public interface ResourceRegistry {

    /**
     * Adds a resource. Adding it again changes nothing. When the method returns, every live connection has announced the
     * resource, or has been given up and will announce it when it is back; so a branch registered after this call can be
     * delivered. Waits for the answers of live connections, bounded by the transport's request timeout, and never fails
     * because no TC is there.
     *
     * @param resourceId the official id of the resource, for example {@code jdbc:mysql://db:3306/orders}; holds no comma
     * @throws IllegalArgumentException if the id is blank or holds a comma, which the protocol cannot carry
     */
    void register(String resourceId);
}

package dev.lockstep.rpc.pool;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The resources of this process, each with the state of its first announcement.
 *
 * <p>Thread-safe.
 */
public final class ResourceIds {

    private final Map<String, CompletableFuture<Void>> announcements = new ConcurrentHashMap<>();

    /** All resources known now. */
    public Set<String> known() {
        return Set.copyOf(announcements.keySet());
    }

    /** Adds a resource for the connections to come, before there are any. */
    public void note(String resourceId) {
        add(resourceId, ids -> CompletableFuture.completedFuture(null));
    }

    /**
     * Adds a resource and has it announced; a resource that is there already is not announced again, but its announcement is
     * waited for all the same.
     *
     * @param announce starts the announcement; when it runs, {@link #known()} has the resource already, so a connection that
     *     becomes live meanwhile either is seen by it or sees the resource itself
     */
    CompletableFuture<Void> add(String resourceId, Function<Set<String>, CompletableFuture<Void>> announce) {
        if (resourceId.isBlank() || resourceId.indexOf(',') >= 0) {
            throw new IllegalArgumentException("The resource id \"" + resourceId
                    + "\" is blank or holds a comma, which separates resources on the wire. Official clients write | for the"
                    + " commas of a JDBC URL with several hosts.");
        }
        var mine = new CompletableFuture<Void>();
        var earlier = announcements.putIfAbsent(resourceId, mine);
        if (earlier != null) {
            return earlier;
        }
        try {
            announce.apply(Set.of(resourceId)).whenComplete((done, failure) -> mine.complete(null));
        } catch (RuntimeException | Error e) {
            // Nobody else shall wait for what was not started; who asks next starts it.
            announcements.remove(resourceId, mine);
            mine.complete(null);
            throw e;
        }
        return mine;
    }
}

package dev.lockstep.rpc.channel;

import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.codec.TcVersion;
import io.seata.core.protocol.AbstractIdentifyResponse;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.RegisterRMRequest;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The first exchange of a connection: it registers as TM, then as RM with all resources. Both roles on one connection are
 * legal in either order (measured, TC 1.4.2 to 2.2.0), and a branch is then registered over the connection that began its
 * transaction.
 *
 * <p>Each answer is awaited before the next frame leaves: the TC registers an RM on a worker thread, and a request that
 * overtakes it costs the connection.
 *
 * <p>Thread-safe.
 */
public final class Registration {

    /**
     * The version we give. Anything from 1.5.0 to 2.2.x is treated alike by the TCs up to 2.6; below, merged answers change
     * form, and an empty one makes the TC stop reading an RM's registration before its resources, yet answer "identified".
     */
    static final String CLIENT_VERSION = "2.0.0";

    private final ChannelOptions options;
    private final AccessKey accessKey;
    private final Supplier<Set<String>> resourceIds;

    /** @param resourceIds all resources known at the time of the call */
    public Registration(ChannelOptions options, Supplier<Set<String>> resourceIds) {
        this.options = options;
        this.accessKey = new AccessKey(options.accessKey(), options.secretKey());
        this.resourceIds = resourceIds;
    }

    /** Registers a new connection. If the future fails, the caller closes the channel. */
    CompletableFuture<TcChannel> register(TcChannel channel) {
        return ask(channel, tmRequest(channel)).thenCompose(asTm -> {
            channel.registered(TcVersion.parse(asTm.getVersion()));
            var resources = resourceIds.get();
            return ask(channel, rmRequest(resources)).thenApply(asRm -> {
                channel.registrationComplete(resources);
                return channel;
            });
        });
    }

    /**
     * Announces further resources on a registered connection; the TC adds them. A connection that does not take them is
     * closed, so that it comes back with all of them. The future never fails.
     */
    public CompletableFuture<Void> announce(TcChannel channel, Set<String> further) {
        return ask(channel, rmRequest(further)).handle((answer, failure) -> {
            if (failure != null) {
                channel.close("the announcement of " + further + " was not answered: "
                        + cause(failure).getMessage());
            }
            return null;
        });
    }

    private CompletableFuture<AbstractIdentifyResponse> ask(TcChannel channel, AbstractMessage request) {
        return channel.send(request, options.connectTimeout()).thenCompose(answer -> {
            var identity = (AbstractIdentifyResponse) answer;
            return identity.isIdentified()
                    ? CompletableFuture.completedFuture(identity)
                    : CompletableFuture.failedFuture(new TcUnreachableException(
                            "TC " + channel.address() + " (version " + identity.getVersion() + ") refused the "
                                    + request.getClass().getSimpleName() + " of application " + options.applicationId()
                                    + "; the reason stands only in the log of that TC",
                            null));
        });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private RegisterTmRequest tmRequest(TcChannel channel) {
        var group = options.transactionServiceGroup();
        var request = new RegisterTmRequest(
                options.applicationId(), group, accessKey.extraData(group, channel.localIp(), Instant.now()));
        request.setVersion(CLIENT_VERSION);
        return request;
    }

    private RegisterRMRequest rmRequest(Set<String> resources) {
        var request = new RegisterRMRequest(options.applicationId(), options.transactionServiceGroup());
        request.setVersion(CLIENT_VERSION);
        request.setResourceIds(String.join(",", resources));
        return request;
    }
}

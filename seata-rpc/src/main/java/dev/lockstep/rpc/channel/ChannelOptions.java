package dev.lockstep.rpc.channel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one connection needs to know.
 *
 * @param connectTimeout for the TCP connection, and again for each answer of the registration
 * @param heartbeatInterval silence on the way out after which a heartbeat is sent
 * @param deadAfter silence on the way in after which the connection counts as dead
 * @param maxWaitingRequests requests that may wait for being written or for an answer, on one connection
 * @param reports how reports of successful branches are gathered
 */
public record ChannelOptions(
        String applicationId,
        String transactionServiceGroup,
        @Nullable String accessKey,
        @Nullable String secretKey,
        Duration connectTimeout,
        Duration heartbeatInterval,
        Duration deadAfter,
        int maxWaitingRequests,
        ReportOptions reports) {}

package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.BranchCommandHandler;
import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOwner;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one node. All requests of a global transaction use the same one while it lives.
 *
 * <p>Thread-safe.
 */
final class ChannelPool implements ChannelOwner {

    private final TcAddress address;
    private final TcCluster cluster;
    private final BranchCommandHandler commands;
    private final List<ChannelSlot> slots;

    private volatile boolean retired;

    ChannelPool(
            TcAddress address,
            TcCluster cluster,
            PoolOptions options,
            ChannelFactory factory,
            BranchCommandHandler commands) {
        this.address = address;
        this.cluster = cluster;
        this.commands = commands;
        this.slots = IntStream.range(0, options.connectionsPerNode())
                .mapToObj(i -> new ChannelSlot(
                        address, factory, options.backoff(), this, cluster::live, cluster::attemptDecided))
                .toList();
    }

    TcAddress address() {
        return address;
    }

    void start() {
        slots.forEach(ChannelSlot::start);
    }

    /** Makes no further attempt to connect; what is connected stays until it is lost, for the transactions begun there. */
    void retire() {
        retired = true;
        slots.forEach(ChannelSlot::stop);
    }

    /** Whether the discovery no longer names this node; nothing is begun there any more. */
    boolean isRetired() {
        return retired;
    }

    /** The connection for this xid, or for any request if it is null; null if none is live. */
    @Nullable
    TcChannel pick(@Nullable String xid) {
        var first = xid == null ? 0 : Math.floorMod(xid.hashCode(), slots.size());
        for (var i = 0; i < slots.size(); i++) {
            var channel = slots.get((first + i) % slots.size()).live();
            if (channel != null) {
                return channel;
            }
        }
        return null;
    }

    Stream<TcChannel> live() {
        return slots.stream().map(ChannelSlot::live).filter(Objects::nonNull);
    }

    boolean isDecided() {
        return slots.stream().allMatch(ChannelSlot::isDecided);
    }

    /** {@code host:port (why it is not connected)}, for error messages. */
    String describe() {
        var error = slots.stream()
                .map(ChannelSlot::lastError)
                .filter(Objects::nonNull)
                .findFirst();
        return address + " (" + error.orElse("still connecting") + ")";
    }

    @Override
    public void command(TcChannel channel, int requestId, AbstractMessage command, long arrivedNanos) {
        commands.handle(command, response -> {
            if (!channel.reply(requestId, response)) {
                replyElsewhere(arrivedNanos, requestId, response);
            }
        });
    }

    /**
     * Answers over a sibling when the connection of the command is gone: the TC takes an answer from any connection, by id
     * alone. Only over one that was there when the command came. A later one may lead to a TC that was restarted since; its ids
     * begin at 1 again, and the answer would be taken for that of another branch. Without a sibling nothing is sent, and the TC
     * repeats the command.
     */
    private void replyElsewhere(long arrivedNanos, int requestId, AbstractMessage response) {
        live().filter(sibling -> sibling.registeredNanos() - arrivedNanos <= 0)
                .findFirst()
                .ifPresent(sibling -> sibling.reply(requestId, response));
    }

    @Override
    public void strayAnswer(TcChannel channel, int requestId, AbstractResultMessage answer) {
        cluster.strayAnswer(channel, requestId, answer);
    }

    @Override
    public void closed(TcChannel channel, String reason) {
        slots.forEach(slot -> slot.closed(channel, reason));
    }
}

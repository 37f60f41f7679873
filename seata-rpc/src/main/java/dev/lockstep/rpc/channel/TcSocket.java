package dev.lockstep.rpc.channel;

import io.netty.channel.ChannelId;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A socket channel with an id of its own. Netty's is unique in the world, for which it asks the machine for its hardware
 * addresses and the process for its number when the first is made: 40 ms of CPU. Ours is read by people, in the log of one
 * process.
 */
final class TcSocket extends NioSocketChannel {

    @Override
    protected ChannelId newId() {
        return new Id(ThreadLocalRandom.current().nextInt());
    }

    private record Id(int number) implements ChannelId {

        @Override
        public String asShortText() {
            return HexFormat.of().toHexDigits(number);
        }

        @Override
        public String asLongText() {
            return asShortText();
        }

        @Override
        public int compareTo(ChannelId other) {
            return asLongText().compareTo(other.asLongText());
        }

        @Override
        public String toString() {
            return asShortText();
        }
    }
}

package dev.lockstep.benchmarks.micro;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.seata.core.model.BranchType;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.serializer.seata.SeataSerializer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to write a branch registration into a buffer of the channel: ours the whole frame, the official serializer the
 * body alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Encoding {

    private static final int BUFFER_BYTES = 1_024;

    private final TcVersion peer = TcVersion.parse("2.0.0");
    private final SeataSerializer serializer = new SeataSerializer();
    private final BranchRegisterRequest request = new BranchRegisterRequest();
    private final Frame frame = new Frame(FrameType.REQUEST, 4_711, request);
    private ByteBuf out;

    @Setup
    public void open() {
        request.setXid("192.168.0.17:8091:9854533904216065");
        request.setBranchType(BranchType.AT);
        request.setResourceId("jdbc:mysql://database:3306/orders");
        request.setLockKey("orders:17,18;stock:4711");
        out = PooledByteBufAllocator.DEFAULT.directBuffer(BUFFER_BYTES);
    }

    @TearDown
    public void close() {
        out.release();
    }

    @Benchmark
    public int lockstep() {
        out.clear();
        FrameEncoder.encode(out, frame, peer);
        return out.readableBytes();
    }

    @Benchmark
    public int official() {
        out.clear();
        out.writeBytes(serializer.serialize(request));
        return out.readableBytes();
    }
}

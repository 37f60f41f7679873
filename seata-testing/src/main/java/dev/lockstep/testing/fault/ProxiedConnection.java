package dev.lockstep.testing.fault;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection through the proxy: two sockets, one thread for each direction. When one side ends, both end.
 *
 * <p>{@link #cut} is thread-safe; {@link #pump} runs once for each direction, on a thread of its own.
 */
final class ProxiedConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int RAW_BYTES = 8 * 1024;

    private final Socket client;
    private final Socket tc;
    private final FaultProxy proxy;
    private final CountDownLatch over = new CountDownLatch(1);

    ProxiedConnection(Socket client, Socket tc, FaultProxy proxy) {
        this.client = client;
        this.tc = tc;
        this.proxy = proxy;
    }

    void cut(CutForm form) {
        try {
            // Before it is over: the other direction's thread closes what it finds over, and would do so without a
            // reset.
            if (form == CutForm.RST && !client.isClosed()) {
                client.setSoLinger(true, 0);
            }
        } catch (IOException closedMeanwhile) {
            LOG.debug("[fault-proxy] {} had ended before the cut", client, closedMeanwhile);
        }
        over.countDown();
        proxy.ended(this);
        FaultProxy.closeQuietly(client);
        FaultProxy.closeQuietly(tc);
    }

    /** Passes on what comes in one direction until the connection is over. */
    void pump(Direction direction) {
        var from = direction == Direction.TO_TC ? client : tc;
        var to = direction == Direction.TO_TC ? tc : client;
        try {
            var in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            pumpFrames(direction, in, to.getOutputStream());
        } catch (IOException ended) {
            LOG.debug("[fault-proxy] {} {} ended: {}", direction, from, ended.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            cut(CutForm.FIN);
        }
    }

    private void pumpFrames(Direction direction, DataInputStream in, OutputStream out)
            throws IOException, InterruptedException {
        @Nullable WireFrame held = null;
        while (over.getCount() > 0) {
            var start = in.readNBytes(WireFrame.LENGTH_END);
            var length = start.length < WireFrame.LENGTH_END ? -1 : WireFrame.lengthIn(start);
            if (length < 0) {
                write(direction, out, start);
                pumpRaw(direction, in, out);
                return;
            }
            var bytes = Arrays.copyOf(start, length);
            in.readFully(bytes, start.length, length - start.length);
            var frame = new WireFrame(bytes);
            var fault = proxy.faultFor(direction, frame);
            if (fault instanceof Fault.AfterNext && held == null) {
                held = frame;
                continue;
            }
            inflict(fault, direction, out, frame);
            if (held != null) {
                write(direction, out, held.bytes());
                held = null;
            }
        }
    }

    private void inflict(Fault fault, Direction direction, OutputStream out, WireFrame frame)
            throws IOException, InterruptedException {
        if (fault instanceof Fault.Cut cut) {
            write(direction, out, Arrays.copyOf(frame.bytes(), cut.passing(frame.length())));
            cut(cut.form());
        } else if (fault instanceof Fault.Garbage garbage) {
            write(direction, out, garbage.bytes());
        } else if (fault instanceof Fault.Delay delay) {
            if (!over.await(delay.duration().toNanos(), TimeUnit.NANOSECONDS)) {
                write(direction, out, frame.bytes());
            }
        } else if (fault instanceof Fault.Duplicate) {
            write(direction, out, frame.bytes());
            write(direction, out, frame.bytes());
        } else if (!(fault instanceof Fault.Drop)) {
            // None; or "after the next" while another frame waits for the same: two would only change places again.
            write(direction, out, frame.bytes());
        }
    }

    private void pumpRaw(Direction direction, InputStream in, OutputStream out) throws IOException {
        var buffer = new byte[RAW_BYTES];
        for (var read = in.read(buffer); read >= 0 && over.getCount() > 0; read = in.read(buffer)) {
            write(direction, out, Arrays.copyOf(buffer, read));
        }
    }

    private void write(Direction direction, OutputStream out, byte[] bytes) throws IOException {
        if (proxy.swallows(direction) || bytes.length == 0) {
            return;
        }
        var cut = proxy.cutWithin(direction, bytes.length);
        out.write(bytes, 0, cut.orElse(bytes.length));
        if (cut.isPresent()) {
            cut(CutForm.RST);
        }
    }
}

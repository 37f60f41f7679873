package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;

/** Writes frames as {@link FrameDecoder} draws them: protocol version 1, native serializer, no compression. */
public final class FrameEncoder {

    private FrameEncoder() {}

    /**
     * Appends one frame.
     *
     * @param peer the version of the TC at the other end, for the numbers that depend on it
     * @throws WireLimitException if the protocol cannot carry the message, or a field is missing; {@code out} is then as it was before
     */
    public static void encode(ByteBuf out, Frame frame, TcVersion peer) {
        var start = out.writerIndex();
        try {
            write(out, frame, start, peer);
        } catch (WireLimitException e) {
            out.writerIndex(start);
            throw e;
        } catch (RuntimeException e) {
            // A field is null that has no null form. One bad message must not cost the others of its batch.
            out.writerIndex(start);
            throw new WireLimitException("The message " + frame.body() + " cannot be written.", e);
        }
    }

    private static void write(ByteBuf out, Frame frame, int start, TcVersion peer) {
        out.writeShort(FrameDecoder.MAGIC);
        out.writeByte(FrameDecoder.PROTOCOL_VERSION);
        out.writeInt(0);
        out.writeShort(0);
        out.writeByte(frame.type().code());
        out.writeByte(FrameDecoder.NATIVE_SERIALIZER);
        out.writeByte(Compressor.NONE);
        out.writeInt(frame.requestId());
        HeadMap.write(out, frame.headMap());
        var headLength = out.writerIndex() - start;
        if (headLength > Short.MAX_VALUE) {
            throw new WireLimitException(
                    "A frame head of " + headLength + " bytes; the protocol carries at most " + Short.MAX_VALUE + ".");
        }
        if (frame.body() != null) {
            MessageTypes.write(out, frame.body(), peer);
        }
        var length = out.writerIndex() - start;
        if (length > Wire.MAX_FRAME_BYTES) {
            throw new WireLimitException(
                    "A frame of " + length + " bytes; the TC takes at most " + Wire.MAX_FRAME_BYTES + ".");
        }
        out.setInt(start + FrameDecoder.LENGTH_OFFSET, length);
        out.setShort(start + FrameDecoder.HEAD_LENGTH_OFFSET, headLength);
    }
}

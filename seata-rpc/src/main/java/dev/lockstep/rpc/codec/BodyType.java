package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.AbstractMessage;

/**
 * One kind of message: its type code, its class, and how its fields are written and read.
 *
 * @param code the 2-byte number every body begins with
 */
record BodyType<M extends AbstractMessage>(int code, Class<M> message, Writer<M> writer, Reader<M> reader) {

    /** Writes the fields, after the type code. */
    interface Writer<M> {
        void write(ByteBuf out, M message, TcVersion peer);
    }

    /** Writes fields whose numbers are the same for every version of the TC. */
    interface PlainWriter<M> {
        void write(ByteBuf out, M message);
    }

    /** Reads the fields, after the type code. */
    interface Reader<M> {
        M read(ByteBuf in, TcVersion peer);
    }

    /** Reads fields whose numbers are the same for every version of the TC. */
    interface PlainReader<M> {
        M read(ByteBuf in);
    }

    static <M extends AbstractMessage> BodyType<M> plain(
            int code, Class<M> message, PlainWriter<M> writer, PlainReader<M> reader) {
        return new BodyType<>(
                code, message, (out, body, peer) -> writer.write(out, body), (in, peer) -> reader.read(in));
    }

    static <M extends AbstractMessage> BodyType<M> versioned(
            int code, Class<M> message, Writer<M> writer, Reader<M> reader) {
        return new BodyType<>(code, message, writer, reader);
    }

    void write(ByteBuf out, AbstractMessage body, TcVersion peer) {
        out.writeShort(code);
        writer.write(out, message.cast(body), peer);
    }
}

/**
 * Bytes and messages: the native serializer of the TC, protocol version 1, straight between seata-core's message classes
 * and {@code ByteBuf}.
 *
 * <p>The order of fields stands beside the fields: one file per conversation. Read {@link
 * dev.lockstep.rpc.codec.FrameDecoder} for the frame, {@code MessageTypes} for the list of messages, then {@code
 * GlobalCodec} as an example.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rpc.codec;

import org.jspecify.annotations.NullMarked;

package dev.lockstep.rpc.codec;

import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * What came from the TC is no frame, or no message. The stream cannot be trusted from here on: a TC that fails to encode
 * an answer sends a head whose length is wrong (measured on TC 2.0.0 and 2.2.0). So the connection is closed, never
 * resynchronised.
 */
public final class BadFrameException extends DecoderException {

    BadFrameException(String message) {
        super(message);
    }

    BadFrameException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

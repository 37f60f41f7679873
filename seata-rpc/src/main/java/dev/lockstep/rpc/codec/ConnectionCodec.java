package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.AbstractIdentifyRequest;
import io.seata.core.protocol.AbstractIdentifyResponse;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.RegisterTMRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of what belongs to a connection: registration, and messages that carry several others.
 *
 * <pre>
 *  register TM           version S2, applicationId S2, transactionServiceGroup S2, extraData S2
 *  register RM           the same, then resourceIds S4 (comma-separated)
 *  their responses       identified i8, version S2 (of the TC); no result head
 *  merged, batch result  length i32 of what follows, count i16, count x (type code i16, fields), count x message id i32
 *  merge result          length i32, count i16, count x (type code i16, fields)
 * </pre>
 */
final class ConnectionCodec {

    private ConnectionCodec() {}

    static void writeRegisterTm(ByteBuf out, AbstractIdentifyRequest request) {
        writeIdentity(out, request);
    }

    static RegisterTMRequest readRegisterTm(ByteBuf in) {
        return readIdentity(in, new RegisterTMRequest());
    }

    static void writeRegisterRm(ByteBuf out, RegisterRMRequest request) {
        writeIdentity(out, request);
        Wire.writeLongText(out, "resourceIds", request.getResourceIds());
    }

    static RegisterRMRequest readRegisterRm(ByteBuf in) {
        var request = readIdentity(in, new RegisterRMRequest());
        request.setResourceIds(Wire.readLongText(in, "resourceIds"));
        return request;
    }

    static void writeRegisterResponse(ByteBuf out, AbstractIdentifyResponse response) {
        out.writeByte(response.isIdentified() ? 1 : 0);
        Wire.writeShortText(out, "version", response.getVersion());
    }

    static <R extends AbstractIdentifyResponse> R readRegisterResponse(ByteBuf in, R response) {
        response.setIdentified(in.readByte() == 1);
        response.setVersion(Wire.readShortText(in, "version"));
        return response;
    }

    static void writeMerged(ByteBuf out, MergedWarpMessage merged, TcVersion peer) {
        var start = beginParts(out, merged.msgs, peer);
        writeIds(out, merged.msgIds);
        endParts(out, start);
    }

    static MergedWarpMessage readMerged(ByteBuf in, TcVersion peer) {
        var merged = new MergedWarpMessage();
        var content = contentOf(in);
        var count = content.readShort();
        merged.msgs = readParts(content, count, peer);
        // Clients of 1.4 send no ids.
        merged.msgIds = content.isReadable() ? readIds(content, count) : new ArrayList<>();
        return merged;
    }

    static void writeMergeResult(ByteBuf out, MergeResultMessage merged, TcVersion peer) {
        endParts(out, beginParts(out, List.of(merged.getMsgs()), peer));
    }

    static MergeResultMessage readMergeResult(ByteBuf in, TcVersion peer) {
        var merged = new MergeResultMessage();
        var content = contentOf(in);
        merged.setMsgs(readResults(content, content.readShort(), peer).toArray(AbstractResultMessage[]::new));
        return merged;
    }

    static void writeBatchResult(ByteBuf out, BatchResultMessage batch, TcVersion peer) {
        var start = beginParts(out, batch.getResultMessages(), peer);
        writeIds(out, batch.getMsgIds());
        endParts(out, start);
    }

    static BatchResultMessage readBatchResult(ByteBuf in, TcVersion peer) {
        var batch = new BatchResultMessage();
        var content = contentOf(in);
        var count = content.readShort();
        var results = readResults(content, count, peer);
        if (results.size() != count) {
            throw new BadFrameException("a batch of " + count + " results holds only " + results.size());
        }
        batch.setResultMessages(results);
        batch.setMsgIds(readIds(content, count));
        return batch;
    }

    private static void writeIdentity(ByteBuf out, AbstractIdentifyRequest request) {
        Wire.writeShortText(out, "version", request.getVersion());
        Wire.writeShortText(out, "applicationId", request.getApplicationId());
        Wire.writeShortText(out, "transactionServiceGroup", request.getTransactionServiceGroup());
        Wire.writeShortText(out, "extraData", request.getExtraData());
    }

    private static <R extends AbstractIdentifyRequest> R readIdentity(ByteBuf in, R request) {
        request.setVersion(Wire.readShortText(in, "version"));
        request.setApplicationId(Wire.readShortText(in, "applicationId"));
        request.setTransactionServiceGroup(Wire.readShortText(in, "transactionServiceGroup"));
        request.setExtraData(Wire.readShortText(in, "extraData"));
        return request;
    }

    private static int beginParts(ByteBuf out, List<? extends AbstractMessage> parts, TcVersion peer) {
        if (parts.size() > Short.MAX_VALUE) {
            throw new WireLimitException("A merged message of " + parts.size() + " parts; the protocol carries at most "
                    + Short.MAX_VALUE + ".");
        }
        var start = out.writerIndex();
        out.writeInt(0);
        out.writeShort(parts.size());
        for (var part : parts) {
            MessageTypes.write(out, part, peer);
        }
        return start;
    }

    private static void endParts(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start - Integer.BYTES);
    }

    private static ByteBuf contentOf(ByteBuf in) {
        var length = in.readInt();
        if (length < Short.BYTES || length > in.readableBytes()) {
            throw new BadFrameException(
                    "a merged message claims " + length + " bytes, the body has " + in.readableBytes() + " left");
        }
        return in.readSlice(length);
    }

    /** Fewer parts than announced are legal in a merge result: TC 1.5.2 to 1.6.1 leave some out (measured on 1.6.1). */
    private static List<AbstractMessage> readParts(ByteBuf content, int count, TcVersion peer) {
        // Grows with what is really there: the count alone proves nothing.
        var parts = new ArrayList<AbstractMessage>();
        while (parts.size() < count && content.isReadable()) {
            parts.add(MessageTypes.readPart(content, peer));
        }
        return parts;
    }

    private static List<AbstractResultMessage> readResults(ByteBuf content, int count, TcVersion peer) {
        var results = new ArrayList<AbstractResultMessage>();
        for (var part : readParts(content, count, peer)) {
            if (!(part instanceof AbstractResultMessage result)) {
                throw new BadFrameException(
                        "a merged result holds a " + part.getClass().getSimpleName());
            }
            results.add(result);
        }
        return results;
    }

    private static void writeIds(ByteBuf out, List<Integer> ids) {
        for (int id : ids) {
            out.writeInt(id);
        }
    }

    private static List<Integer> readIds(ByteBuf content, int count) {
        var ids = new ArrayList<Integer>();
        for (var i = 0; i < count; i++) {
            ids.add(content.readInt());
        }
        return ids;
    }
}

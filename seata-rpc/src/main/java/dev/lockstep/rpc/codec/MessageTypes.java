package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.AbstractIdentifyRequest;
import io.seata.core.protocol.AbstractIdentifyResponse;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.RegisterRMResponse;
import io.seata.core.protocol.RegisterTMResponse;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.AbstractBranchEndResponse;
import io.seata.core.protocol.transaction.AbstractGlobalEndRequest;
import io.seata.core.protocol.transaction.AbstractGlobalEndResponse;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchCommitResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.BranchRollbackRequest;
import io.seata.core.protocol.transaction.BranchRollbackResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import io.seata.core.protocol.transaction.GlobalLockQueryRequest;
import io.seata.core.protocol.transaction.GlobalLockQueryResponse;
import io.seata.core.protocol.transaction.GlobalReportRequest;
import io.seata.core.protocol.transaction.GlobalReportResponse;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import io.seata.core.protocol.transaction.GlobalRollbackResponse;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import io.seata.core.protocol.transaction.GlobalStatusResponse;
import io.seata.core.protocol.transaction.UndoLogDeleteRequest;

/**
 * The one list of messages: type code, class, codec. The code of an answer is that of its request plus one. Heartbeats
 * are not here, they have no body.
 *
 * <p>Two switches and not a table of functions: each function would be a class that the JVM makes at the start, a hundred of
 * them, of which a client uses twenty.
 */
final class MessageTypes {

    private static final int MERGED = 59;
    private static final int MERGE_RESULT = 60;
    private static final int BATCH_RESULT = 121;

    private MessageTypes() {}

    /** Writes one body, type code first. */
    static void write(ByteBuf out, AbstractMessage message, TcVersion peer) {
        out.writeShort(message.getTypeCode());
        switch (message.getTypeCode()) {
            case 1 -> GlobalCodec.writeBeginRequest(out, (GlobalBeginRequest) message);
            case 2 -> GlobalCodec.writeBeginResponse(out, (GlobalBeginResponse) message, peer);
            case 3, 5 -> BranchCodec.writeEndRequest(out, (AbstractBranchEndRequest) message);
            case 4, 6 -> BranchCodec.writeEndResponse(out, (AbstractBranchEndResponse) message, peer);
            case 7, 9, 15 -> GlobalCodec.writeEndRequest(out, (AbstractGlobalEndRequest) message);
            case 8, 10, 16, 18 -> GlobalCodec.writeEndResponse(out, (AbstractGlobalEndResponse) message, peer);
            case 11, 21 -> BranchCodec.writeRegisterRequest(out, (BranchRegisterRequest) message);
            case 12 -> BranchCodec.writeRegisterResponse(out, (BranchRegisterResponse) message, peer);
            case 13 -> BranchCodec.writeReportRequest(out, (BranchReportRequest) message, peer);
            case 14 -> BranchCodec.writeReportResponse(out, (BranchReportResponse) message, peer);
            case 17 -> GlobalCodec.writeReportRequest(out, (GlobalReportRequest) message);
            case 22 -> BranchCodec.writeLockQueryResponse(out, (GlobalLockQueryResponse) message, peer);
            case MERGED -> ConnectionCodec.writeMerged(out, (MergedWarpMessage) message, peer);
            case MERGE_RESULT -> ConnectionCodec.writeMergeResult(out, (MergeResultMessage) message, peer);
            case 101 -> ConnectionCodec.writeRegisterTm(out, (AbstractIdentifyRequest) message);
            case 102, 104 -> ConnectionCodec.writeRegisterResponse(out, (AbstractIdentifyResponse) message);
            case 103 -> ConnectionCodec.writeRegisterRm(out, (RegisterRMRequest) message);
            case 111 -> BranchCodec.writeUndoLogDelete(out, (UndoLogDeleteRequest) message);
            case BATCH_RESULT -> ConnectionCodec.writeBatchResult(out, (BatchResultMessage) message, peer);
            default ->
                throw new WireLimitException("No wire form for "
                        + message.getClass().getName() + " with type code " + message.getTypeCode() + ".");
        }
    }

    /** Reads one body, type code first; leaves what follows the last known field. */
    static AbstractMessage read(ByteBuf in, TcVersion peer) {
        return read(in, in.readShort(), peer);
    }

    /** Reads one part of a merged message, which holds no further merged message. */
    static AbstractMessage readPart(ByteBuf in, TcVersion peer) {
        var code = in.readShort();
        // Before its fields are read: each level of nesting would be a level of this call stack.
        if (code == MERGED || code == MERGE_RESULT || code == BATCH_RESULT) {
            throw new BadFrameException("a merged message inside a merged message");
        }
        return read(in, code, peer);
    }

    private static AbstractMessage read(ByteBuf in, int code, TcVersion peer) {
        return switch (code) {
            case 1 -> GlobalCodec.readBeginRequest(in);
            case 2 -> GlobalCodec.readBeginResponse(in, peer);
            case 3 -> BranchCodec.readEndRequest(in, new BranchCommitRequest());
            case 4 -> BranchCodec.readEndResponse(in, new BranchCommitResponse(), peer);
            case 5 -> BranchCodec.readEndRequest(in, new BranchRollbackRequest());
            case 6 -> BranchCodec.readEndResponse(in, new BranchRollbackResponse(), peer);
            case 7 -> GlobalCodec.readEndRequest(in, new GlobalCommitRequest());
            case 8 -> GlobalCodec.readEndResponse(in, new GlobalCommitResponse(), peer);
            case 9 -> GlobalCodec.readEndRequest(in, new GlobalRollbackRequest());
            case 10 -> GlobalCodec.readEndResponse(in, new GlobalRollbackResponse(), peer);
            case 11 -> BranchCodec.readRegisterRequest(in, new BranchRegisterRequest());
            case 12 -> BranchCodec.readRegisterResponse(in, peer);
            case 13 -> BranchCodec.readReportRequest(in, peer);
            case 14 -> BranchCodec.readReportResponse(in, peer);
            case 15 -> GlobalCodec.readEndRequest(in, new GlobalStatusRequest());
            case 16 -> GlobalCodec.readEndResponse(in, new GlobalStatusResponse(), peer);
            case 17 -> GlobalCodec.readReportRequest(in);
            case 18 -> GlobalCodec.readEndResponse(in, new GlobalReportResponse(), peer);
            case 21 -> BranchCodec.readRegisterRequest(in, new GlobalLockQueryRequest());
            case 22 -> BranchCodec.readLockQueryResponse(in, peer);
            case MERGED -> ConnectionCodec.readMerged(in, peer);
            case MERGE_RESULT -> ConnectionCodec.readMergeResult(in, peer);
            case 101 -> ConnectionCodec.readRegisterTm(in);
            case 102 -> ConnectionCodec.readRegisterResponse(in, new RegisterTMResponse());
            case 103 -> ConnectionCodec.readRegisterRm(in);
            case 104 -> ConnectionCodec.readRegisterResponse(in, new RegisterRMResponse());
            case 111 -> BranchCodec.readUndoLogDelete(in);
            case BATCH_RESULT -> ConnectionCodec.readBatchResult(in, peer);
            default -> throw new BadFrameException("unknown message type code " + code);
        };
    }
}

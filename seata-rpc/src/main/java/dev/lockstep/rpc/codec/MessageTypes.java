package dev.lockstep.rpc.codec;

import static dev.lockstep.rpc.codec.BodyType.plain;
import static dev.lockstep.rpc.codec.BodyType.versioned;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.RegisterRMResponse;
import io.seata.core.protocol.RegisterTMRequest;
import io.seata.core.protocol.RegisterTMResponse;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one list of messages: type code, class, codec. The code of an answer is that of its request plus one. Heartbeats
 * are not here, they have no body.
 */
final class MessageTypes {

    private static final int MERGED = 59;
    private static final int MERGE_RESULT = 60;
    private static final int BATCH_RESULT = 121;

    static final List<BodyType<?>> ALL = List.of(
            plain(1, GlobalBeginRequest.class, GlobalCodec::writeBeginRequest, GlobalCodec::readBeginRequest),
            versioned(2, GlobalBeginResponse.class, GlobalCodec::writeBeginResponse, GlobalCodec::readBeginResponse),
            plain(
                    3,
                    BranchCommitRequest.class,
                    BranchCodec::writeEndRequest,
                    in -> BranchCodec.readEndRequest(in, new BranchCommitRequest())),
            versioned(
                    4,
                    BranchCommitResponse.class,
                    BranchCodec::writeEndResponse,
                    (in, peer) -> BranchCodec.readEndResponse(in, new BranchCommitResponse(), peer)),
            plain(
                    5,
                    BranchRollbackRequest.class,
                    BranchCodec::writeEndRequest,
                    in -> BranchCodec.readEndRequest(in, new BranchRollbackRequest())),
            versioned(
                    6,
                    BranchRollbackResponse.class,
                    BranchCodec::writeEndResponse,
                    (in, peer) -> BranchCodec.readEndResponse(in, new BranchRollbackResponse(), peer)),
            plain(
                    7,
                    GlobalCommitRequest.class,
                    GlobalCodec::writeEndRequest,
                    in -> GlobalCodec.readEndRequest(in, new GlobalCommitRequest())),
            versioned(
                    8,
                    GlobalCommitResponse.class,
                    GlobalCodec::writeEndResponse,
                    (in, peer) -> GlobalCodec.readEndResponse(in, new GlobalCommitResponse(), peer)),
            plain(
                    9,
                    GlobalRollbackRequest.class,
                    GlobalCodec::writeEndRequest,
                    in -> GlobalCodec.readEndRequest(in, new GlobalRollbackRequest())),
            versioned(
                    10,
                    GlobalRollbackResponse.class,
                    GlobalCodec::writeEndResponse,
                    (in, peer) -> GlobalCodec.readEndResponse(in, new GlobalRollbackResponse(), peer)),
            plain(
                    11,
                    BranchRegisterRequest.class,
                    BranchCodec::writeRegisterRequest,
                    in -> BranchCodec.readRegisterRequest(in, new BranchRegisterRequest())),
            versioned(
                    12,
                    BranchRegisterResponse.class,
                    BranchCodec::writeRegisterResponse,
                    BranchCodec::readRegisterResponse),
            versioned(13, BranchReportRequest.class, BranchCodec::writeReportRequest, BranchCodec::readReportRequest),
            versioned(
                    14, BranchReportResponse.class, BranchCodec::writeReportResponse, BranchCodec::readReportResponse),
            plain(
                    15,
                    GlobalStatusRequest.class,
                    GlobalCodec::writeEndRequest,
                    in -> GlobalCodec.readEndRequest(in, new GlobalStatusRequest())),
            versioned(
                    16,
                    GlobalStatusResponse.class,
                    GlobalCodec::writeEndResponse,
                    (in, peer) -> GlobalCodec.readEndResponse(in, new GlobalStatusResponse(), peer)),
            plain(17, GlobalReportRequest.class, GlobalCodec::writeReportRequest, GlobalCodec::readReportRequest),
            versioned(
                    18,
                    GlobalReportResponse.class,
                    GlobalCodec::writeEndResponse,
                    (in, peer) -> GlobalCodec.readEndResponse(in, new GlobalReportResponse(), peer)),
            plain(
                    21,
                    GlobalLockQueryRequest.class,
                    BranchCodec::writeRegisterRequest,
                    in -> BranchCodec.readRegisterRequest(in, new GlobalLockQueryRequest())),
            versioned(
                    22,
                    GlobalLockQueryResponse.class,
                    BranchCodec::writeLockQueryResponse,
                    BranchCodec::readLockQueryResponse),
            versioned(MERGED, MergedWarpMessage.class, ConnectionCodec::writeMerged, ConnectionCodec::readMerged),
            versioned(
                    MERGE_RESULT,
                    MergeResultMessage.class,
                    ConnectionCodec::writeMergeResult,
                    ConnectionCodec::readMergeResult),
            plain(101, RegisterTMRequest.class, ConnectionCodec::writeRegisterTm, ConnectionCodec::readRegisterTm),
            plain(
                    102,
                    RegisterTMResponse.class,
                    ConnectionCodec::writeRegisterResponse,
                    in -> ConnectionCodec.readRegisterResponse(in, new RegisterTMResponse())),
            plain(103, RegisterRMRequest.class, ConnectionCodec::writeRegisterRm, ConnectionCodec::readRegisterRm),
            plain(
                    104,
                    RegisterRMResponse.class,
                    ConnectionCodec::writeRegisterResponse,
                    in -> ConnectionCodec.readRegisterResponse(in, new RegisterRMResponse())),
            plain(111, UndoLogDeleteRequest.class, BranchCodec::writeUndoLogDelete, BranchCodec::readUndoLogDelete),
            versioned(
                    BATCH_RESULT,
                    BatchResultMessage.class,
                    ConnectionCodec::writeBatchResult,
                    ConnectionCodec::readBatchResult));

    private static final @Nullable BodyType<?>[] BY_CODE = byCode();

    private MessageTypes() {}

    static void write(ByteBuf out, AbstractMessage message, TcVersion peer) {
        var type = find(message.getTypeCode());
        if (type == null) {
            throw new WireLimitException("No wire form for "
                    + message.getClass().getName() + " with type code " + message.getTypeCode() + ".");
        }
        type.write(out, message, peer);
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
        var type = find(code);
        if (type == null) {
            throw new BadFrameException("unknown message type code " + code);
        }
        return type.reader().read(in, peer);
    }

    private static @Nullable BodyType<?> find(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static @Nullable BodyType<?>[] byCode() {
        var highest = ALL.stream().mapToInt(BodyType::code).max().orElseThrow();
        @Nullable BodyType<?>[] table = new BodyType<?>[highest + 1];
        for (var type : ALL) {
            table[type.code()] = type;
        }
        return table;
    }
}

package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractGlobalEndRequest;
import io.seata.core.protocol.transaction.AbstractGlobalEndResponse;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalReportRequest;

/**
 * The fields of what TM and TC say to each other: begin, commit, rollback, status, report.
 *
 * <pre>
 *  begin request              timeout i32 (ms), transactionName S2
 *  begin response             result head, xid S2, extraData S2
 *  commit, rollback, status   xid S2, extraData S2
 *  report                     xid S2, extraData S2, globalStatus i8
 *  their responses            result head, globalStatus i8
 *  result head                resultCode i8, msg S2 only if failed, exceptionCode i8
 * </pre>
 *
 * S2: text with a 2-byte length, S4: with a 4-byte length. The fields after a result head follow also when it says
 * failed.
 */
final class GlobalCodec {

    private GlobalCodec() {}

    static void writeBeginRequest(ByteBuf out, GlobalBeginRequest request) {
        out.writeInt(request.getTimeout());
        Wire.writeShortText(out, "transactionName", request.getTransactionName());
    }

    static GlobalBeginRequest readBeginRequest(ByteBuf in) {
        var request = new GlobalBeginRequest();
        request.setTimeout(in.readInt());
        request.setTransactionName(Wire.readShortText(in, "transactionName"));
        return request;
    }

    static void writeBeginResponse(ByteBuf out, GlobalBeginResponse response, TcVersion peer) {
        writeResultHead(out, response, peer);
        Wire.writeShortText(out, "xid", response.getXid());
        Wire.writeShortText(out, "extraData", response.getExtraData());
    }

    static GlobalBeginResponse readBeginResponse(ByteBuf in, TcVersion peer) {
        var response = readResultHead(in, new GlobalBeginResponse(), peer);
        response.setXid(Wire.readShortText(in, "xid"));
        response.setExtraData(Wire.readShortText(in, "extraData"));
        return response;
    }

    static void writeEndRequest(ByteBuf out, AbstractGlobalEndRequest request) {
        Wire.writeShortText(out, "xid", request.getXid());
        Wire.writeShortText(out, "extraData", request.getExtraData());
    }

    static <R extends AbstractGlobalEndRequest> R readEndRequest(ByteBuf in, R request) {
        request.setXid(Wire.readShortText(in, "xid"));
        request.setExtraData(Wire.readShortText(in, "extraData"));
        return request;
    }

    static void writeReportRequest(ByteBuf out, GlobalReportRequest request) {
        // The official form of null is -1; the TC cannot encode its answer to it and breaks the stream.
        if (request.getGlobalStatus() == null) {
            throw new WireLimitException("A report of the global status needs a status.");
        }
        writeEndRequest(out, request);
        out.writeByte(request.getGlobalStatus().getCode());
    }

    static GlobalReportRequest readReportRequest(ByteBuf in) {
        var request = readEndRequest(in, new GlobalReportRequest());
        request.setGlobalStatus(Codes.readGlobalStatus(in.readByte()));
        return request;
    }

    static void writeEndResponse(ByteBuf out, AbstractGlobalEndResponse response, TcVersion peer) {
        writeResultHead(out, response, peer);
        out.writeByte(response.getGlobalStatus().getCode());
    }

    static <R extends AbstractGlobalEndResponse> R readEndResponse(ByteBuf in, R response, TcVersion peer) {
        readResultHead(in, response, peer);
        response.setGlobalStatus(Codes.readGlobalStatus(in.readByte()));
        return response;
    }

    static void writeResultHead(ByteBuf out, AbstractTransactionResponse response, TcVersion peer) {
        out.writeByte(response.getResultCode().ordinal());
        if (response.getResultCode() == ResultCode.Failed) {
            Wire.writeShortText(out, "msg", response.getMsg());
        }
        out.writeByte(Codes.exceptionCode(response.getTransactionExceptionCode(), peer));
    }

    static <R extends AbstractTransactionResponse> R readResultHead(ByteBuf in, R response, TcVersion peer) {
        var resultCode = in.readByte();
        response.setResultCode(Codes.readResultCode(resultCode));
        if (resultCode == ResultCode.Failed.ordinal()) {
            response.setMsg(Wire.readFailureMessage(in));
        }
        response.setTransactionExceptionCode(Codes.readExceptionCode(in.readByte(), peer));
        return response;
    }
}

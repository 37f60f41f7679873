package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.AbstractBranchEndResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.GlobalLockQueryResponse;
import io.seata.core.protocol.transaction.UndoLogDeleteRequest;

/**
 * The fields of what RM and TC say to each other about branches, both ways.
 *
 * <pre>
 *  register, lock query         xid S2, branchType i8, resourceId S2, lockKey S4, applicationData S4
 *  register response            result head, branchId i64
 *  lock query response          result head, lockable i16
 *  report                       xid S2, branchId i64, branchStatus i8, resourceId S2, applicationData S4, branchType i8
 *  report response              result head
 *  commit, rollback (TC to RM)  xid S2, branchId i64, branchType i8, resourceId S2, applicationData S4
 *  their responses              result head, xid S2, branchId i64, branchStatus i8
 *  undo log delete (TC to RM)   branchType i8, resourceId S2, saveDays i16; never answered
 * </pre>
 */
final class BranchCodec {

    private BranchCodec() {}

    static void writeRegisterRequest(ByteBuf out, BranchRegisterRequest request) {
        Wire.writeShortText(out, "xid", request.getXid());
        out.writeByte(request.getBranchType().ordinal());
        Wire.writeShortText(out, "resourceId", request.getResourceId());
        Wire.writeLongText(out, "lockKey", request.getLockKey());
        Wire.writeLongText(out, "applicationData", request.getApplicationData());
    }

    static <R extends BranchRegisterRequest> R readRegisterRequest(ByteBuf in, R request) {
        request.setXid(Wire.readShortText(in, "xid"));
        request.setBranchType(Codes.readBranchType(in.readByte()));
        request.setResourceId(Wire.readShortText(in, "resourceId"));
        request.setLockKey(Wire.readLongText(in, "lockKey"));
        request.setApplicationData(Wire.readLongText(in, "applicationData"));
        return request;
    }

    static void writeRegisterResponse(ByteBuf out, BranchRegisterResponse response, TcVersion peer) {
        GlobalCodec.writeResultHead(out, response, peer);
        out.writeLong(response.getBranchId());
    }

    static BranchRegisterResponse readRegisterResponse(ByteBuf in, TcVersion peer) {
        var response = GlobalCodec.readResultHead(in, new BranchRegisterResponse(), peer);
        response.setBranchId(in.readLong());
        return response;
    }

    static void writeLockQueryResponse(ByteBuf out, GlobalLockQueryResponse response, TcVersion peer) {
        GlobalCodec.writeResultHead(out, response, peer);
        out.writeShort(response.isLockable() ? 1 : 0);
    }

    static GlobalLockQueryResponse readLockQueryResponse(ByteBuf in, TcVersion peer) {
        var response = GlobalCodec.readResultHead(in, new GlobalLockQueryResponse(), peer);
        response.setLockable(in.readShort() == 1);
        return response;
    }

    static void writeReportRequest(ByteBuf out, BranchReportRequest request, TcVersion peer) {
        Wire.writeShortText(out, "xid", request.getXid());
        out.writeLong(request.getBranchId());
        out.writeByte(Codes.branchStatus(request.getStatus(), peer));
        Wire.writeShortText(out, "resourceId", request.getResourceId());
        Wire.writeLongText(out, "applicationData", request.getApplicationData());
        out.writeByte(request.getBranchType().ordinal());
    }

    static BranchReportRequest readReportRequest(ByteBuf in, TcVersion peer) {
        var request = new BranchReportRequest();
        request.setXid(Wire.readShortText(in, "xid"));
        request.setBranchId(in.readLong());
        request.setStatus(Codes.readBranchStatus(in.readByte()));
        request.setResourceId(Wire.readShortText(in, "resourceId"));
        request.setApplicationData(Wire.readLongText(in, "applicationData"));
        request.setBranchType(Codes.readBranchType(in.readByte()));
        return request;
    }

    static void writeReportResponse(ByteBuf out, BranchReportResponse response, TcVersion peer) {
        GlobalCodec.writeResultHead(out, response, peer);
    }

    static BranchReportResponse readReportResponse(ByteBuf in, TcVersion peer) {
        return GlobalCodec.readResultHead(in, new BranchReportResponse(), peer);
    }

    static void writeEndRequest(ByteBuf out, AbstractBranchEndRequest request) {
        Wire.writeShortText(out, "xid", request.getXid());
        out.writeLong(request.getBranchId());
        out.writeByte(request.getBranchType().ordinal());
        Wire.writeShortText(out, "resourceId", request.getResourceId());
        Wire.writeLongText(out, "applicationData", request.getApplicationData());
    }

    static <R extends AbstractBranchEndRequest> R readEndRequest(ByteBuf in, R request) {
        request.setXid(Wire.readShortText(in, "xid"));
        request.setBranchId(in.readLong());
        request.setBranchType(Codes.readBranchType(in.readByte()));
        request.setResourceId(Wire.readShortText(in, "resourceId"));
        request.setApplicationData(Wire.readLongText(in, "applicationData"));
        return request;
    }

    static void writeEndResponse(ByteBuf out, AbstractBranchEndResponse response, TcVersion peer) {
        GlobalCodec.writeResultHead(out, response, peer);
        Wire.writeShortText(out, "xid", response.getXid());
        out.writeLong(response.getBranchId());
        out.writeByte(Codes.branchStatus(response.getBranchStatus(), peer));
    }

    static <R extends AbstractBranchEndResponse> R readEndResponse(ByteBuf in, R response, TcVersion peer) {
        GlobalCodec.readResultHead(in, response, peer);
        response.setXid(Wire.readShortText(in, "xid"));
        response.setBranchId(in.readLong());
        response.setBranchStatus(Codes.readBranchStatus(in.readByte()));
        return response;
    }

    static void writeUndoLogDelete(ByteBuf out, UndoLogDeleteRequest request) {
        out.writeByte(request.getBranchType().ordinal());
        Wire.writeShortText(out, "resourceId", request.getResourceId());
        out.writeShort(request.getSaveDays());
    }

    static UndoLogDeleteRequest readUndoLogDelete(ByteBuf in) {
        var request = new UndoLogDeleteRequest();
        request.setBranchType(Codes.readBranchType(in.readByte()));
        request.setResourceId(Wire.readShortText(in, "resourceId"));
        request.setSaveDays(in.readShort());
        return request;
    }
}

package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractIdentifyRequest;
import io.seata.core.protocol.MessageType;

/**
 * The registration as TM. Not that of seata-core, whose constructor walks over the network interfaces of the machine for an
 * address to sign, although {@link AccessKey} signs that of the connection: 40 ms of CPU, on the event loop.
 */
final class RegisterTmRequest extends AbstractIdentifyRequest {

    RegisterTmRequest(String applicationId, String transactionServiceGroup, String extraData) {
        super(applicationId, transactionServiceGroup, extraData);
    }

    @Override
    public short getTypeCode() {
        return MessageType.TYPE_REG_CLT;
    }
}

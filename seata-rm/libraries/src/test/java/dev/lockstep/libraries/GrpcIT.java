package dev.lockstep.libraries;

import io.seata.integration.grpc.interceptor.client.ClientTransactionInterceptor;
import io.seata.integration.grpc.interceptor.server.ServerTransactionInterceptor;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** gRPC with the official project's interceptors. */
@Tag("long")
@Tag("generations")
class GrpcIT extends CarriedXidContract {

    @Override
    GrpcStock served(Stock callee) throws IOException {
        return new GrpcStock(callee, new ServerTransactionInterceptor(), new ClientTransactionInterceptor());
    }
}

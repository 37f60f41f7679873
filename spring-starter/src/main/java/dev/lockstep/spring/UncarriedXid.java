package dev.lockstep.spring;

import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at the start when the application has an RPC whose calls carry no xid by anything known here: the callee would write
 * outside the global transaction, and nobody would notice.
 */
final class UncarriedXid {

    private static final Logger LOG = LoggerFactory.getLogger(UncarriedXid.class);

    /**
     * @param classes one of which is there where an application makes calls by it; gRPC alone is a part of many libraries that
     *     make no calls of the application's
     * @param carrier of the library that carries the xid
     * @param library its coordinates
     */
    private record Rpc(String name, List<String> classes, String carrier, String library) {}

    private static final List<Rpc> ALL = List.of(
            new Rpc(
                    "Dubbo",
                    List.of("org.apache.dubbo.rpc.Invoker"),
                    "org.apache.dubbo.seata.SeataTransactionPropagationConsumerFilter",
                    "org.apache.dubbo.extensions:dubbo-filter-seata"),
            new Rpc(
                    "gRPC",
                    List.of(
                            "org.springframework.grpc.client.GrpcChannelFactory",
                            "org.springframework.grpc.server.GrpcServerFactory",
                            "net.devh.boot.grpc.client.inject.GrpcClient",
                            "net.devh.boot.grpc.server.service.GrpcService"),
                    "io.seata.integration.grpc.interceptor.client.ClientTransactionInterceptor",
                    "io.seata:seata-grpc"));

    private final Predicate<String> isThere;

    /** @param isThere whether the application has a class of this name */
    UncarriedXid(Predicate<String> isThere) {
        this.isThere = isThere;
    }

    void tell() {
        for (Rpc rpc : ALL) {
            if (rpc.classes().stream().anyMatch(isThere) && !isThere.test(rpc.carrier())) {
                LOG.warn(
                        "[starter] {} is there, and nothing known here carries the xid by it: who is called writes outside the"
                                + " global transaction of his caller, and nothing is undone there. Add {} without its dependencies, or a filter of your own"
                                + " (docs/migration-from-seata.md, \"What carried the xid\"). If you have one, or need none, set"
                                + " logging.level.{}=error.",
                        rpc.name(),
                        rpc.library(),
                        UncarriedXid.class.getName());
            }
        }
    }
}

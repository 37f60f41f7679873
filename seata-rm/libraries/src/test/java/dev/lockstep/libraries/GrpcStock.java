package dev.lockstep.libraries;

import dev.lockstep.libraries.CarriedXidContract.Stock;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A stock behind a server and a client of gRPC, on the loopback interface. */
final class GrpcStock implements Stock {

    private static final MethodDescriptor<String, String> TAKE = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("Stock", "take"))
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private final Server server;
    private final ManagedChannel channel;

    GrpcStock(Stock callee, ServerInterceptor called, ClientInterceptor calling) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .intercept(called)
                .addService(ServerServiceDefinition.builder("Stock")
                        .addMethod(TAKE, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(callee.take());
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .intercept(calling)
                .build();
    }

    @Override
    public String take() {
        return ClientCalls.blockingUnaryCall(
                channel, TAKE, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), "bolt");
    }

    @Override
    public void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

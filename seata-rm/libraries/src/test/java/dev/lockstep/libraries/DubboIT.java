package dev.lockstep.libraries;

import dev.lockstep.testing.process.FreePort;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.model.FrameworkModel;
import org.junit.jupiter.api.Tag;

/** Dubbo 3 with the Seata filter of its own project, over its own protocol. */
@Tag("long")
@Tag("generations")
class DubboIT extends CarriedXidContract {

    /** Dubbo makes a proxy of it, which must see it. */
    public interface RemoteStock {
        String take();
    }

    @Override
    Stock served(Stock callee) throws Exception {
        int port = FreePort.find();
        FrameworkModel providing = new FrameworkModel();
        ServiceConfig<RemoteStock> service = new ServiceConfig<>();
        service.setInterface(RemoteStock.class);
        service.setRef(callee::take);
        ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
        protocol.setHost("127.0.0.1");
        DubboBootstrap.getInstance(providing.newApplication())
                .application(application("stock"))
                .registry(new RegistryConfig(RegistryConfig.NO_AVAILABLE))
                .protocol(protocol)
                .service(service)
                .start();

        FrameworkModel consuming = new FrameworkModel();
        ReferenceConfig<RemoteStock> reference = new ReferenceConfig<>();
        reference.setInterface(RemoteStock.class);
        reference.setUrl("dubbo://127.0.0.1:" + port);
        reference.setScope("remote");
        reference.setTimeout(30_000);
        reference.setParameters(Map.of("connect.timeout", "30000"));
        DubboBootstrap.getInstance(consuming.newApplication())
                .application(application("orders"))
                .reference(reference)
                .start();
        RemoteStock remote = reference.get();
        return new Stock() {
            @Override
            public String take() {
                return remote.take();
            }

            @Override
            public void stop() {
                consuming.destroy();
                providing.destroy();
            }
        };
    }

    private static ApplicationConfig application(String name) {
        var application = new ApplicationConfig(name);
        application.setQosEnable(false);
        return application;
    }
}

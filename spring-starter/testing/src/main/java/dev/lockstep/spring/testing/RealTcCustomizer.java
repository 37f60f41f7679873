package dev.lockstep.spring.testing;

import dev.lockstep.testing.tc.TcServer;
import java.util.Map;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Starts a real TC for the context and writes its address over what the application says, in whatever registry that looks.
 *
 * @param version of the TC
 */
record RealTcCustomizer(String version) implements ContextCustomizer {

    private static final String GROUP = "lockstep-test";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration test) {
        var beans = (GenericApplicationContext) context;
        TcServer tc = TcServer.version(version).start();
        DefaultListableBeanFactory factory = beans.getDefaultListableBeanFactory();
        factory.registerSingleton("lockstepTestTc", tc);
        // Registered first and so destroyed last, after the clients have said goodbye.
        factory.registerDisposableBean("lockstepTestTc", tc::close);
        ConfigurableEnvironment environment = context.getEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "lockstep-test-tc",
                        Map.of(
                                "seata.registry.type",
                                "file",
                                "seata.tx-service-group",
                                GROUP,
                                "seata.service.vgroup-mapping." + GROUP,
                                GROUP,
                                "seata.service.grouplist." + GROUP,
                                tc.address())));
        beans.registerBean(SeenTransactions.class, () -> new SeenTransactions(beans));
    }
}

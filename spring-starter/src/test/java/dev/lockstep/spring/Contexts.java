package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import dev.lockstep.testing.memory.InMemoryClient;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The contexts that the tests begin with. */
public final class Contexts {

    private Contexts() {}

    /** The starter as an application has it, without an address of a TC. */
    public static ApplicationContextRunner unconfigured() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AopAutoConfiguration.class,
                        SeataAutoConfiguration.class,
                        SeataCloudAutoConfiguration.class,
                        SeataDataSourceAutoConfiguration.class,
                        SeataSwitchedOffAutoConfiguration.class,
                        SeataWebAutoConfiguration.class));
    }

    /** The starter with a TC configured that is not there. */
    public static ApplicationContextRunner withoutTc() {
        return unconfigured()
                .withPropertyValues(
                        "spring.application.name=shop",
                        "seata.service.vgroup-mapping.default_tx_group=default",
                        // Port 1 answers nobody.
                        "seata.service.grouplist.default=127.0.0.1:1");
    }

    /** The starter on a coordinator in memory in place of the transport. */
    public static ApplicationContextRunner on(RecordingCoordinator coordinator) {
        return unconfigured()
                // Each test sees a begin where there is nothing yet that needs one.
                .withPropertyValues("spring.application.name=shop", "lockstep.lazy-begin=false")
                .withBean(RecordingCoordinator.class, () -> coordinator);
    }

    /**
     * The starter on a coordinator in memory that ends branches, too. The client knows its RM from the moment it is made: the
     * databases are reached in the background as soon as the context has started.
     */
    public static ApplicationContextRunner on(InMemoryClient client) {
        return unconfigured()
                .withPropertyValues("spring.application.name=shop")
                .withBean(InMemoryClient.class, () -> client)
                .withInitializer(context -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
                    @Override
                    public Object postProcessAfterInitialization(Object bean, String name) {
                        if (bean instanceof ResourceManager resourceManager) {
                            client.open(resourceManager, resourceManager);
                        }
                        return bean;
                    }
                }));
    }
}

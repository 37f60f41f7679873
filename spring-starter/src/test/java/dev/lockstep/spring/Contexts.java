package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The contexts that the tests begin with. */
final class Contexts {

    private Contexts() {}

    /** The starter as an application has it, without an address of a TC. */
    static ApplicationContextRunner unconfigured() {
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
    static ApplicationContextRunner withoutTc() {
        return unconfigured()
                .withPropertyValues(
                        "spring.application.name=shop",
                        "seata.service.vgroup-mapping.default_tx_group=default",
                        // Port 1 answers nobody.
                        "seata.service.grouplist.default=127.0.0.1:1");
    }

    /** The starter on a coordinator in memory in place of the transport, asked at once so that tests see when. */
    static ApplicationContextRunner on(RecordingCoordinator coordinator) {
        return unconfigured()
                .withPropertyValues("spring.application.name=shop")
                .withBean(RecordingCoordinator.class, () -> coordinator)
                .withBean(
                        GlobalTransactions.class,
                        () -> new GlobalTransactions(
                                coordinator, TmOptions.of("shop", "group").withLazyBegin(false)));
    }
}

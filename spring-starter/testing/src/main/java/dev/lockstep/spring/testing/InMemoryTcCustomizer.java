package dev.lockstep.spring.testing;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.spring.sight.PhaseTwoSpans;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactions;
import io.seata.core.model.ResourceManagerInbound;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Puts a coordinator in memory in the place of the starter's transport. All of a kind are equal, so that Spring keeps one
 * context for all tests that want one.
 */
record InMemoryTcCustomizer() implements ContextCustomizer {

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration test) {
        var beans = (GenericApplicationContext) context;
        beans.registerBean(InMemoryCoordinator.class, InMemoryCoordinator::open);
        beans.registerBean(
                InMemoryClient.class,
                () -> beans.getBean(InMemoryCoordinator.class)
                        .connect(context.getEnvironment().getProperty("spring.application.name", "test")));
        beans.registerBean(SeenTransactions.class, () -> new SeenTransactions(beans));
        // The RM is made with its client and must be known to it before the first data source is wrapped.
        context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof ResourceManager resourceManager) {
                    beans.getBean(InMemoryClient.class).open(resourceManager, resourceManager);
                } else if (bean instanceof GlobalTransactions transactions) {
                    witness(transactions, beans);
                }
                return bean;
            }
        });
    }

    /** As in an application: what the TC commands proves an outcome to the TM, and is observed. */
    private static void witness(GlobalTransactions transactions, GenericApplicationContext beans) {
        ResourceManager resourceManager = beans.getBean(ResourceManager.class);
        ResourceManagerInbound phaseTwo = transactions.witnessedBy(resourceManager);
        PhaseTwoSpans spans = beans.getBeanProvider(PhaseTwoSpans.class).getIfAvailable();
        beans.getBean(InMemoryClient.class).open(spans == null ? phaseTwo : spans.around(phaseTwo), resourceManager);
    }
}

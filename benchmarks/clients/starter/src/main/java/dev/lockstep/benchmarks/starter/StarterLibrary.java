package dev.lockstep.benchmarks.starter;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalWork;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Our client from the context of a Spring Boot application. Settings: {@code tc}, {@code application}, and {@code metrics=on}
 * to bind its meters to a registry of Micrometer, as Boot does where Actuator is there.
 */
final class StarterLibrary implements ClientLibrary {

    private static final GlobalTransactionDefinition DEFINITION = GlobalTransactionDefinition.named("benchmark");

    private final ConfigurableApplicationContext context;
    private final ResourceManager resourceManager;
    private final GlobalTransactionTemplate template;

    private StarterLibrary(ConfigurableApplicationContext context) {
        this.context = context;
        this.resourceManager = context.getBean(ResourceManager.class);
        this.template = context.getBean(GlobalTransactionTemplate.class);
    }

    static StarterLibrary open(Map<String, String> settings) {
        var context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .properties(
                        "spring.application.name=" + settings.get("application"),
                        "seata.service.vgroup-mapping.default_tx_group=default",
                        "seata.service.grouplist.default=" + settings.get("tc"))
                .run();
        if ("on".equals(settings.get("metrics"))) {
            var registry = new SimpleMeterRegistry();
            var binders = context.getBeansOfType(MeterBinder.class).values();
            if (binders.isEmpty()) {
                throw new IllegalStateException("The starter brings no meters, so their cost cannot be measured.");
            }
            binders.forEach(binder -> binder.bindTo(registry));
        }
        return new StarterLibrary(context);
    }

    /** An application with nothing of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Override
    public DataSource wrap(DataSource dataSource) {
        return resourceManager.wrap(dataSource);
    }

    @Override
    public void run(Work work) throws Exception {
        template.execute(DEFINITION, (GlobalWork<Void, Exception>) () -> {
            work.run();
            return null;
        });
    }

    @Override
    public OpenTransaction open(Work work) throws Exception {
        var begun = template.begin(DEFINITION);
        try {
            work.run();
        } catch (Exception notDone) {
            begun.rollback();
            throw notDone;
        }
        return begun::commit;
    }

    @Override
    public void close() {
        context.close();
    }
}

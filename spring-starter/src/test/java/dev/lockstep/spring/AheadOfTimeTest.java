package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.ScopeContextCore;
import java.util.Map;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

/** An application is processed ahead of time, what comes out is compiled, and that is run in place of the configuration. */
@CompileWithForkedClassLoader
class AheadOfTimeTest {

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        AopAutoConfiguration.class,
        SeataAutoConfiguration.class,
        SeataDataSourceAutoConfiguration.class,
        dev.lockstep.spring.web.SeataWebAutoConfiguration.class,
        dev.lockstep.spring.sight.SeataMetricsAutoConfiguration.class,
        dev.lockstep.spring.sight.SeataHealthAutoConfiguration.class
    })
    public static class Application {
        @Bean
        public RecordingCoordinator coordinator() {
            return new RecordingCoordinator();
        }

        @Bean
        public DataSource dataSource() {
            return new JdbcDataSource();
        }

        @Bean
        public Orders orders() {
            return new Orders();
        }
    }

    public static class Orders {
        @GlobalTransactional(name = "place-order")
        public @Nullable GlobalScope place() {
            return GlobalScope.current();
        }
    }

    @Test
    void an_application_processed_ahead_of_time_runs_its_global_transactions() {
        var generation = new TestGenerationContext();
        var build = new AnnotationConfigApplicationContext();
        configure(build);
        build.register(Application.class);
        ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(build, generation);
        generation.writeGeneratedContent();

        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (var context = new GenericApplicationContext()) {
                configure(context);
                context.setClassLoader(compiled.getClassLoader());
                initialize(compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()), context);
                context.refresh();

                assertThat(context.getBean(Orders.class).place()).isNotNull();
                assertThat(context.getBean(RecordingCoordinator.class).events())
                        .containsExactly("begin place-order", "commit");
                assertThat(context.getBean(DataSource.class).getClass().getSimpleName())
                        .isEqualTo("AtDataSource");
            }
        });
    }

    @Test
    void what_is_found_by_name_alone_is_kept() {
        var hints = new RuntimeHints();

        new SeataRuntimeHints().registerHints(hints, getClass().getClassLoader());

        assertThat(RuntimeHintsPredicates.resource().forResource("dev/lockstep/spring/official-properties.txt"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(ScopeContextCore.class))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(io.seata.spring.annotation.GlobalTransactional.class))
                .accepts(hints);
    }

    private static void configure(GenericApplicationContext context) {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("spring.application.name", "shop", "lockstep.lazy-begin", "false")));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the generated class says what it initializes, its type does not
    private static void initialize(ApplicationContextInitializer initializer, GenericApplicationContext context) {
        initializer.initialize(context);
    }
}

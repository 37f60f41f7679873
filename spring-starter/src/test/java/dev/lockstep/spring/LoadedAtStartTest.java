package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import dev.lockstep.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.metrics.StartupStep;

/** What a start costs, told by what does not depend on the speed of the machine. */
class LoadedAtStartTest {

    private static final String STARTED = "All that comes before StartInBackground has started.";

    /** Each is some 0.3 ms of CPU in a JVM that has just started. There are 209, and one more is worth a look. */
    private static final int MOST_CLASSES = 210;

    private static final Pattern LOADED = Pattern.compile("\\[class,load *] (\\S+) source:");

    @ImportAutoConfiguration({
        SeataAutoConfiguration.class,
        SeataDataSourceAutoConfiguration.class,
        SeataWebAutoConfiguration.class
    })
    static class Application {

        public static void main(String[] arguments) {
            new SpringApplicationBuilder(Application.class)
                    .bannerMode(Banner.Mode.OFF)
                    .web(WebApplicationType.NONE)
                    .run(
                            "--spring.application.name=shop",
                            "--seata.service.vgroup-mapping.default_tx_group=default",
                            "--seata.service.grouplist.default=127.0.0.1:1")
                    .close();
        }

        @Bean
        DataSource dataSource() {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL("jdbc:h2:mem:loaded");
            return h2;
        }

        @Bean
        LastButOne lastButOne() {
            return new LastButOne();
        }
    }

    static final class LastButOne implements SmartLifecycle {

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE - 1;
        }

        @Override
        public void start() {
            System.out.println(STARTED);
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @Test
    void a_start_without_a_transaction_waits_for_few_classes_and_none_of_the_transport(@TempDir Path folder)
            throws IOException {
        List<String> ours;
        try (ChildJvm child = ChildJvm.main(Application.class.getName())
                .ownClassPath()
                .jvmArguments("-Xmx128m", "-Xlog:class+load:stdout")
                .workingDirectory(folder)
                .start()) {
            assertThat(child.awaitExit(Duration.ofSeconds(60))).isTrue();
            assertThat(child.exitCode()).as(child.lastOutput()).isZero();
            ours = Files.readString(child.log())
                    .lines()
                    .takeWhile(line -> !line.contains(STARTED))
                    .map(LOADED::matcher)
                    .filter(matcher -> matcher.find() && !matcher.group(1).contains("$$Lambda"))
                    .map(matcher -> matcher.group(1))
                    .filter(name ->
                            name.matches("(dev\\.lockstep\\.(rpc|rm|tm|port|spring)|io\\.seata|io\\.netty)\\..*")
                                    && !name.startsWith(LoadedAtStartTest.class.getName()))
                    .toList();
        }

        assertThat(ours)
                .contains("dev.lockstep.rpc.SeataRpcClient", "dev.lockstep.rm.at.AtDataSource")
                .noneMatch(name -> name.matches("dev\\.lockstep\\.rpc\\.(channel\\.Channel|codec|pool\\.Channel).*"))
                .noneMatch(name -> name.matches("dev\\.lockstep\\.rm\\.at\\.(sql\\.Lexer|dialect|phaseone\\.Local).*"))
                .noneMatch(name -> name.startsWith("io.seata.core.protocol."))
                .noneMatch(name -> name.startsWith("io.netty.channel."))
                .hasSizeLessThan(MOST_CLASSES);
    }

    /** A bean that another one waits for while it waits for that one is begun, thrown away with an exception, and begun again. */
    @Test
    void no_bean_is_begun_in_vain() {
        var startup = new BufferingApplicationStartup(10_000);
        new ApplicationContextRunner()
                .withInitializer(context -> context.setApplicationStartup(startup))
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "spring.application.name=shop",
                        "seata.service.vgroup-mapping.default_tx_group=default",
                        "seata.service.grouplist.default=127.0.0.1:1")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(startup.getBufferedTimeline().getEvents())
                .map(event -> tags(event.getStartupStep()))
                .anySatisfy(step -> assertThat(step).containsEntry("beanName", "globalLockAdvisor"))
                .noneSatisfy(step -> assertThat(step.get("message"))
                        .isNotNull()
                        .contains("Requested bean is currently in creation"));
    }

    private static Map<String, String> tags(StartupStep step) {
        Map<String, String> tags = new HashMap<>();
        step.getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        return tags;
    }
}

package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import dev.lockstep.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/** What a start costs, told by what does not depend on the speed of the machine. */
class LoadedAtStartTest {

    private static final String STARTED = "All that comes before StartInBackground has started.";

    /** Each is some 0.3 ms of CPU in a JVM that has just started. There are 199, and a twentieth more is worth a look. */
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
}

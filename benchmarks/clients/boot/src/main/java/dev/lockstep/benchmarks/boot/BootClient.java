package dev.lockstep.benchmarks.boot;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The process of a Spring Boot application that serves HTTP and has a database, and does nothing. Which starters it has is a
 * matter of its class path. Settings: {@code tc}, {@code application}.
 */
@SpringBootApplication
public class BootClient {

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, BootClient::open);
    }

    private static ClientUnderLoad open(Map<String, String> settings) {
        return new Idle(SpringApplication.run(
                BootClient.class,
                "--tc=" + settings.get("tc"),
                "--spring.application.name=" + settings.get("application")));
    }

    private record Idle(ConfigurableApplicationContext context) implements ClientUnderLoad {

        @Override
        public Tally run(Round round) {
            throw new UnsupportedOperationException("This application makes no transactions.");
        }

        @Override
        public long branchesOpen() {
            return 0;
        }

        @Override
        public void close() {
            context.close();
        }
    }
}

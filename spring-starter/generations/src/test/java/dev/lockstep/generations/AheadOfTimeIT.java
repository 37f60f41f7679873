package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Boot's build plugin does: the order application is processed ahead of time in a JVM of its own, what comes out is
 * compiled, and the application runs from it against a real TC.
 */
@Tag("long")
@Tag("generations")
class AheadOfTimeIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern PORT = Pattern.compile("started on port (\\d+) ");

    @TempDir
    Path folder;

    @Test
    void an_application_processed_ahead_of_time_commits_and_rolls_back(@SharedTc TcServer tc) throws Exception {
        try (Service stock = Service.start(StockApplication.class, "stock", tc.address())) {
            String[] properties = Service.arguments("orders", tc.address(), "stock.url=" + stock.url());
            processAndCompile(properties);
            AtomicReference<String> port = new AtomicReference<>();
            try (ChildJvm orders = ChildJvm.main(OrderApplication.class.getName())
                    .name("orders")
                    .classPath(folder.resolve("classes").toString())
                    .ownClassPath()
                    .workingDirectory(folder)
                    .systemProperty("spring.aot.enabled", "true")
                    .arguments(properties)
                    .start(child -> portIn(child.log(), port), LIMIT)) {
                String url = "http://127.0.0.1:" + port.get();

                assertThat(orders.log()).content().contains("Starting AOT-processed");
                assertThat(post(url + "/orders/bolt?amount=7&paid=false&caller=OPEN_FEIGN"))
                        .isEqualTo(500);
                assertThat(stock.number("SELECT amount FROM stock WHERE item = 'bolt'"))
                        .isEqualTo(100);
                assertThat(post(url + "/orders/bolt?amount=7&paid=true&caller=REST_CLIENT"))
                        .isEqualTo(200);
                assertThat(stock.number("SELECT amount FROM stock WHERE item = 'bolt'"))
                        .isEqualTo(93);
                assertThat(get(url + "/orders/count")).isEqualTo("1");
            }
        }
    }

    private void processAndCompile(String... properties) throws IOException {
        for (String output : new String[] {"sources", "classes"}) {
            Files.createDirectories(folder.resolve(output));
        }
        try (ChildJvm processor = ChildJvm.main("org.springframework.boot.SpringApplicationAotProcessor")
                .name("aot")
                .ownClassPath()
                .workingDirectory(folder)
                .arguments(
                        OrderApplication.class.getName(),
                        folder.resolve("sources").toString(),
                        // Where Boot's plugin puts them in the end.
                        folder.resolve("classes").toString(),
                        folder.resolve("classes").toString(),
                        "shop",
                        "orders")
                .arguments(properties)
                .start()) {
            assertThat(processor.awaitExit(LIMIT)).isTrue();
            assertThat(processor.exitCode()).as(processor.lastOutput()).isZero();
        }
        compile();
    }

    private void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var complaints = new StringWriter();
        try (Stream<Path> files = Files.walk(folder.resolve("sources"));
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            String classPath = folder.resolve("classes")
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path");
            boolean compiled = compiler.getTask(
                            complaints,
                            manager,
                            null,
                            List.of(
                                    "-proc:none",
                                    "-nowarn",
                                    "-classpath",
                                    classPath,
                                    "-d",
                                    folder.resolve("classes").toString()),
                            null,
                            manager.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(complaints.toString()).isTrue();
        }
    }

    private static boolean portIn(Path log, AtomicReference<String> port) throws IOException {
        String output = Files.readString(log);
        Matcher line = PORT.matcher(output);
        boolean found = line.find() && output.contains("Connected to TC ");
        if (found) {
            port.set(line.group(1));
        }
        return found;
    }

    private static int post(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}

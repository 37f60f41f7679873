package dev.lockstep.generations;

import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.SeataRpcClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** One running application with a web server of one thread and a database of its own, seen from outside. */
final class Service implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final ConfigurableApplicationContext context;
    private final String url;
    final String databaseUrl;

    private Service(ConfigurableApplicationContext context, String databaseUrl) {
        this.context = context;
        this.url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        this.databaseUrl = databaseUrl;
    }

    /** For machines that are slow or stand still: nothing here is about a TC that does not answer. */
    private static final List<String> PATIENCE =
            List.of("seata.transport.rpc-tm-request-timeout=60s", "lockstep.tc.connect-timeout=20s");

    /**
     * Starts an application that has an {@code application.yml} of the official kind in its folder, and waits until it can use the TC.
     *
     * @param name of the application, and of the script with its tables
     */
    static Service start(Class<?> application, String name, String tcAddress, String... moreProperties) {
        return start(WebApplicationType.SERVLET, application, name, tcAddress, moreProperties);
    }

    /** The same on a web server of either kind. */
    static Service start(
            WebApplicationType type, Class<?> application, String name, String tcAddress, String... moreProperties) {
        Service started = run(type, application, arguments(name, tcAddress, moreProperties));
        SeataRpcClient rpc = started.context.getBean(SeataRpcClient.class);
        await().atMost(Duration.ofSeconds(60)).until(() -> rpc.state().isUsable());
        return started;
    }

    /** Starts an application as its users do who have no TC there, with the times that are used unless others are given. */
    static Service startWithoutTc(Class<?> application, String name, String noTcAddress, String... moreProperties) {
        return run(
                WebApplicationType.SERVLET,
                application,
                asArguments(officialProperties(name, noTcAddress, moreProperties)));
    }

    private static Service run(WebApplicationType type, Class<?> application, String... arguments) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(application)
                .web(type)
                .bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .run(arguments);
        return new Service(context, context.getEnvironment().getRequiredProperty("spring.datasource.url"));
    }

    /** What an application is started with, here or in a process of its own. */
    static String[] arguments(String name, String tcAddress, String... moreProperties) {
        List<String> properties = new ArrayList<>(PATIENCE);
        properties.addAll(officialProperties(name, tcAddress, moreProperties));
        return asArguments(properties);
    }

    private static List<String> officialProperties(String name, String tcAddress, String... moreProperties) {
        List<String> properties = new ArrayList<>(List.of(
                "spring.application.name=" + name,
                "spring.config.location=classpath:official-style.yml",
                "tc.address=" + tcAddress,
                "spring.sql.init.schema-locations=classpath:dev/lockstep/rm/undo_log/h2.sql,classpath:" + name
                        + ".sql"));
        if (Stream.of(moreProperties).noneMatch(property -> property.startsWith("spring.datasource.url="))) {
            properties.add(
                    "spring.datasource.url=jdbc:h2:mem:" + name + "_" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        }
        properties.addAll(List.of(moreProperties));
        return properties;
    }

    private static String[] asArguments(List<String> properties) {
        return properties.stream().map(property -> "--" + property).toArray(String[]::new);
    }

    String url() {
        return url;
    }

    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).GET();
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Asks the management server of an application that has one of its own. */
    String manage(String path) throws IOException, InterruptedException {
        String port = context.getEnvironment().getProperty("local.management.port");
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .GET())
                .body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The first number that a query finds, past the application and its pool. */
    long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl, "sa", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}

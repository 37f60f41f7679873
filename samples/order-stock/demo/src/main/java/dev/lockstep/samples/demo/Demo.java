package dev.lockstep.samples.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Places one order that is committed and one that is rolled back after the stock was taken, and judges what it sees.
 *
 * <p>Arguments: {@code --serve} leaves everything running until Ctrl-C instead. System properties: {@code demo.folder},
 * the folder of this sample, and {@code lockstep.servers}, where the class paths of the TCs stand. Exit status: 0 if
 * everything was as it must be, 1 if not.
 */
public final class Demo {

    private static final String CUSTOMER = "ann";
    private static final String PRODUCT = "bike";

    /** Of one bike, as {@code data.sql} of the stock service has it. */
    private static final int PRICE = 300;

    /** Undo rows of committed branches are deleted in the background, within about a second. */
    private static final Duration SETTLING_LIMIT = Duration.ofSeconds(15);

    private static final Duration INTERRUPT_NOTICE = Duration.ofMillis(500);

    private final Account account;
    private final JsonHttp http = new JsonHttp();

    private Demo(Account account) {
        this.account = account;
    }

    public static void main(String[] arguments) throws Exception {
        boolean serve = List.of(arguments).contains("--serve");
        var account = new Account(System.out);
        var demo = new Demo(account);
        boolean good = false;
        try (var landscape = new Landscape(Path.of(System.getProperty("demo.folder", ".")))) {
            // Ctrl-C: the services end in order and the TC's folder is deleted.
            Runtime.getRuntime().addShutdownHook(new Thread(landscape::close, "demo-end"));
            try {
                good = serve ? demo.serve(landscape) : demo.play(landscape);
            } catch (Exception trouble) {
                // Ctrl-C reaches the services as well; that they are gone may be seen here before we hear of it.
                Thread.sleep(INTERRUPT_NOTICE.toMillis());
                if (!landscape.isClosed()) {
                    account.trouble(trouble, landscape.logFolder());
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    private boolean play(Landscape landscape) throws IOException, InterruptedException, ExecutionException {
        account.title("Starting a Seata TC and two services, each a process of its own with its own database");
        landscape.startTc(account);
        URI stock = landscape.startStock(account);
        try (StockGate gate = StockGate.before(stock)) {
            URI order = landscape.startOrder(account, gate.address());
            var lookout = new Lookout(http, order, stock, landscape.tcConsole());
            var problems = new ArrayList<String>();

            account.title("Order 1: ann buys 2 bikes at 300 each; her credit of 1000 covers them");
            Act committed = place(2, order, gate, lookout);
            account.table(committed);
            account.verdict(committed.problemsOfCommit(), "committed in both databases, nothing left behind");
            problems.addAll(committed.problemsOfCommit());

            account.title("Order 2: ann buys 3 more; the stock is taken first, then her credit of 400 is too small");
            Act rolledBack = place(3, order, gate, lookout);
            account.table(rolledBack);
            account.verdict(rolledBack.problemsOfRollback(), "rolled back in both databases, no trace left");
            problems.addAll(rolledBack.problemsOfRollback());

            account.title(
                    problems.isEmpty()
                            ? "All as it must be."
                            : "NOT as it must be. The logs of the services are in " + landscape.logFolder());
            return problems.isEmpty();
        }
    }

    private Act place(int amount, URI order, StockGate gate, Lookout lookout)
            throws IOException, InterruptedException, ExecutionException {
        Snapshot before = lookout.look();
        var during = new CompletableFuture<Snapshot>();
        gate.holdNextAnswer(xid -> {
            account.step("the order is open and the stock is taken, both committed; xid " + xid + " is undecided");
            try {
                Snapshot seen = lookout.look();
                account.step("global locks at the TC: " + (seen.locks().isEmpty() ? "none" : seen.locks()));
                during.complete(seen);
            } catch (IOException | InterruptedException e) {
                during.completeExceptionally(e);
            }
        });
        JsonHttp.Answer answer =
                http.post(order.resolve("/orders"), Map.of("customer", CUSTOMER, "product", PRODUCT, "amount", amount));
        String message = answer.body().path("message").asText();
        account.step("the order service answered " + answer.status() + (message.isEmpty() ? "" : ": " + message));
        // Only if the stock service was never asked; the verdict will say that nothing changed meanwhile.
        during.complete(before);
        long answered = System.nanoTime();
        Snapshot after = lookout.lookUntilSettled(SETTLING_LIMIT);
        if (after.isSettled()) {
            account.step("everything was settled " + (System.nanoTime() - answered) / 1_000_000 + " ms later");
        }
        return new Act(amount, amount * PRICE, answer.status(), before, during.get(), after);
    }

    private boolean serve(Landscape landscape) throws IOException, InterruptedException {
        account.title("Starting a Seata TC and two services, each a process of its own with its own database");
        landscape.startTc(account);
        URI stock = landscape.startStock(account);
        URI order = landscape.startOrder(account, stock);
        account.title("Try it: ann has a credit of 1000, a bike costs 300, the stock holds 10");
        account.step("an order that commits, then one that is rolled back after the stock was taken:");
        account.command("curl -s " + order + "/orders -H 'Content-Type: application/json'"
                + " -d '{\"customer\":\"ann\",\"product\":\"bike\",\"amount\":2}'");
        account.command("curl -s " + order + "/orders -H 'Content-Type: application/json'"
                + " -d '{\"customer\":\"ann\",\"product\":\"bike\",\"amount\":3}'");
        account.step("what stands in the databases and at the TC (undo rows go within about a second):");
        for (String path : List.of("/orders", "/customers", "/undo-log")) {
            account.command("curl -s " + order + path);
        }
        for (String path : List.of("/stock", "/undo-log")) {
            account.command("curl -s " + stock + path);
        }
        account.command(
                "curl -s '" + landscape.tcConsole() + "/api/v1/console/globalLock/query?pageNum=1&pageSize=100'");
        account.title("Running until Ctrl-C; logs are in " + landscape.logFolder());
        String ended = landscape.awaitFirstEnd();
        throw new IllegalStateException("The " + ended + " has ended by itself.");
    }
}

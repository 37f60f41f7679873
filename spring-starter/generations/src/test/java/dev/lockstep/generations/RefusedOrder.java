package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionFailedException;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

/**
 * An order that is nothing but a call to the stock application, which forbids it: no branch of this process tells how it ended.
 *
 * @param rollbackOnly what the participant's answer said, null if nothing
 * @param rolledBack the same
 * @param toldToCaller what the launcher was told of the end
 */
record RefusedOrder(@Nullable String rollbackOnly, @Nullable String rolledBack, String toldToCaller) {

    /** Places it, and lets it be committed if it may. */
    static RefusedOrder place(Service orders, String path) {
        AtomicReference<HttpHeaders> answered = new AtomicReference<>(HttpHeaders.EMPTY);
        GlobalTransactionFailedException told = catchThrowableOfType(
                GlobalTransactionFailedException.class,
                () -> orders.context
                        .getBean(GlobalTransactionTemplate.class)
                        .execute(GlobalTransactionDefinition.named("refused-order"), () -> {
                            answered.set(answerTo(orders, path).getHeaders());
                            return "placed";
                        }));
        return new RefusedOrder(
                answered.get().getFirst("Lockstep-Rollback-Only"),
                answered.get().getFirst("Lockstep-Rolled-Back"),
                told == null ? "committed" : String.valueOf(told.getMessage()));
    }

    /** Calls the stock application, whatever it answers, with the client of the order application. */
    static ResponseEntity<Void> answerTo(Service orders, String path) {
        return orders.context
                .getBean(RestClient.Builder.class)
                .build()
                .post()
                .uri(orders.context.getEnvironment().getRequiredProperty("stock.url") + path)
                .retrieve()
                .onStatus(HttpStatusCode::isError, (request, response) -> {})
                .toBodilessEntity();
    }
}

package dev.lockstep.samples.order;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/** Calls the stock service. The xid travels with the request: the starter adds it to every RestClient built this way. */
@Component
class StockClient {

    private record Taken(int price) {}

    private final RestClient restClient;

    StockClient(RestClient.Builder builder, @Value("${stock.url}") String url) {
        this.restClient = builder.baseUrl(url).build();
    }

    /**
     * Takes goods out of the stock.
     *
     * @return the price of one
     */
    int take(String product, int amount) {
        try {
            return restClient
                    .post()
                    .uri("/stock/{product}/take?amount={amount}", product, amount)
                    .retrieve()
                    .body(Taken.class)
                    .price();
        } catch (HttpClientErrorException.Conflict e) {
            throw new OrderRefusedException(amount + " x " + product + " cannot be had from the stock");
        }
    }
}

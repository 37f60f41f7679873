package dev.lockstep.samples.order;

import dev.lockstep.tm.GlobalTransactional;
import org.springframework.stereotype.Service;

/** Places an order over two databases: all of it happens, or nothing. */
@Service
class OrderService {

    private final OrderBook orderBook;
    private final StockClient stockClient;

    OrderService(OrderBook orderBook, StockClient stockClient) {
        this.orderBook = orderBook;
        this.stockClient = stockClient;
    }

    /**
     * Opens the order, takes the goods, charges the customer. Each step commits in its own database as it ends; when a
     * later step throws, Lockstep undoes the earlier ones, here and in the stock service.
     */
    @GlobalTransactional(name = "place-order")
    Order place(String customer, String product, int amount) {
        long orderId = orderBook.open(customer, product, amount);
        int price = stockClient.take(product, amount);
        return orderBook.confirm(orderId, amount * price);
    }
}

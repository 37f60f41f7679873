package dev.lockstep.samples.order;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Places orders and shows what is in the database. */
@RestController
class OrderController {

    record NewOrder(String customer, String product, int amount) {}

    private final OrderService orderService;
    private final OrderBook orderBook;

    OrderController(OrderService orderService, OrderBook orderBook) {
        this.orderService = orderService;
        this.orderBook = orderBook;
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Order place(@RequestBody NewOrder wanted) {
        return orderService.place(wanted.customer(), wanted.product(), wanted.amount());
    }

    @GetMapping("/orders")
    List<Order> orders() {
        return orderBook.orders();
    }

    @GetMapping("/customers")
    List<Customer> customers() {
        return orderBook.customers();
    }
}

package dev.lockstep.samples.order;

import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The database of the order service: plain JDBC and plain local transactions. */
@Repository
class OrderBook {

    private final JdbcClient jdbcClient;

    OrderBook(JdbcClient jdbcClient) {
        this.jdbcClient = jdbcClient;
    }

    /**
     * Writes down an order that has no total yet.
     *
     * @return its id
     */
    @Transactional
    long open(String customer, String product, int amount) {
        var key = new GeneratedKeyHolder();
        jdbcClient
                .sql("insert into orders (customer, product, amount) values (?, ?, ?)")
                .params(customer, product, amount)
                .update(key, "id");
        // Not getKeyAs(Long.class): MySQL's driver gives a BigInteger.
        return Objects.requireNonNull(key.getKey()).longValue();
    }

    /**
     * Charges the customer and fills in the total.
     *
     * @throws OrderRefusedException if the total exceeds the customer's credit
     */
    @Transactional
    Order confirm(long orderId, int total) {
        Order order = jdbcClient
                .sql("select id, customer, product, amount, total from orders where id = ?")
                .param(orderId)
                .query(Order.class)
                .single();
        int charged = jdbcClient
                .sql("update customers set credit = credit - ? where name = ? and credit >= ?")
                .params(total, order.customer(), total)
                .update();
        if (charged == 0) {
            throw new OrderRefusedException("the credit of " + order.customer() + " is below the total of " + total);
        }
        jdbcClient
                .sql("update orders set total = ? where id = ?")
                .params(total, orderId)
                .update();
        return new Order(orderId, order.customer(), order.product(), order.amount(), total);
    }

    List<Order> orders() {
        return jdbcClient
                .sql("select id, customer, product, amount, total from orders order by id")
                .query(Order.class)
                .list();
    }

    List<Customer> customers() {
        return jdbcClient
                .sql("select name, credit from customers order by name")
                .query(Customer.class)
                .list();
    }
}

package dev.lockstep.samples.stock;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The database of the stock service: plain JDBC and plain local transactions. */
@Repository
class Warehouse {

    private final JdbcClient jdbcClient;

    Warehouse(JdbcClient jdbcClient) {
        this.jdbcClient = jdbcClient;
    }

    /**
     * Takes goods off the shelf.
     *
     * @throws NotEnoughStockException if there are fewer
     */
    @Transactional
    StockItem take(String product, int amount) {
        int taken = jdbcClient
                .sql("update stock set available = available - ? where product = ? and available >= ?")
                .params(amount, product, amount)
                .update();
        if (taken == 0) {
            throw new NotEnoughStockException(product, amount);
        }
        return jdbcClient
                .sql("select product, available, price from stock where product = ?")
                .param(product)
                .query(StockItem.class)
                .single();
    }

    List<StockItem> stock() {
        return jdbcClient
                .sql("select product, available, price from stock order by product")
                .query(StockItem.class)
                .list();
    }
}

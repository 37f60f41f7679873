package dev.lockstep.samples.stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The process that hands out goods. */
@SpringBootApplication
public class StockApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(StockApplication.class, arguments);
    }
}

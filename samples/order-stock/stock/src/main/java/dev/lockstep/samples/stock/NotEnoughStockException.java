package dev.lockstep.samples.stock;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Fewer are there than were asked for, or the product is unknown. */
@ResponseStatus(HttpStatus.CONFLICT)
class NotEnoughStockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotEnoughStockException(String product, int amount) {
        super("there are fewer than " + amount + " x " + product);
    }
}

package dev.lockstep.samples.order;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** A rule of the business forbids the order. Thrown inside a global transaction it rolls everything back. */
@ResponseStatus(HttpStatus.CONFLICT)
class OrderRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    OrderRefusedException(String message) {
        super(message);
    }
}

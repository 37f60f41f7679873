package dev.lockstep.frameworks.shop;

import java.math.BigDecimal;

/** What the shop sells; the key is given by whoever creates it. */
public record Product(long id, String name, BigDecimal price, int stock) {

    public static Product of(long id, String name, String price, int stock) {
        return new Product(id, name, new BigDecimal(price), stock);
    }
}

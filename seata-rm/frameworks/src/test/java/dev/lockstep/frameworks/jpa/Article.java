package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.Product;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A product; its key is given, its version counts. */
@Entity
@Table(name = "product")
class Article {

    @Id
    Long id;

    String name;

    BigDecimal price;

    int stock;

    /** Null while it is new. */
    @Version
    @Nullable
    Integer version;

    /** For Hibernate. */
    protected Article() {}

    Article(Product product) {
        id = product.id();
        name = product.name();
        price = product.price();
        stock = product.stock();
    }
}

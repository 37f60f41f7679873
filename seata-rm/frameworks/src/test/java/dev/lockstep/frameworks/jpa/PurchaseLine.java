package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.Line;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Its key is its purchase and its number within that. */
@Entity
@Table(name = "purchase_line")
@IdClass(PurchaseLine.Key.class)
class PurchaseLine {

    @Id
    @ManyToOne(optional = false)
    Purchase purchase;

    @Id
    @Column(name = "line_no")
    int number;

    @ManyToOne(optional = false)
    Article product;

    int amount;

    /** For Hibernate. */
    protected PurchaseLine() {}

    PurchaseLine(Purchase purchase, Line line, Article product) {
        this.purchase = purchase;
        this.number = line.number();
        this.product = product;
        this.amount = line.amount();
    }

    /** As Hibernate wants a key of two columns: with setters, or like this. */
    static class Key implements Serializable {
        @Nullable
        Long purchase;

        int number;

        Key() {}

        Key(@Nullable Long purchase, int number) {
            this.purchase = purchase;
            this.number = number;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && number == key.number && Objects.equals(purchase, key.purchase);
        }

        @Override
        public int hashCode() {
            return Objects.hash(purchase, number);
        }
    }
}

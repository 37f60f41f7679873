package dev.lockstep.frameworks.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Its key is a UUID; what kinds of payment have beyond this lies in tables of their own. */
@Entity
@Table(name = "payment")
@Inheritance(strategy = InheritanceType.JOINED)
class Payment {

    @Id
    UUID id;

    BigDecimal amount;

    /** For Hibernate. */
    protected Payment() {}

    Payment(UUID id, BigDecimal amount) {
        this.id = id;
        this.amount = amount;
    }

    /** One by card. */
    @Entity(name = "CardPayment")
    @Table(name = "card_payment")
    static class ByCard extends Payment {

        @Nullable
        String holder;

        /** For Hibernate. */
        protected ByCard() {}

        ByCard(UUID id, BigDecimal amount, String holder) {
            super(id, amount);
            this.holder = holder;
        }
    }
}

package dev.lockstep.frameworks.jpa;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Its key is a sequence's, taken ten at a time. */
@Entity
@Table(name = "purchase")
class Purchase {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "purchase_seq")
    @SequenceGenerator(name = "purchase_seq", sequenceName = "purchase_seq", allocationSize = 10)
    @Nullable
    Long id;

    @ManyToOne(optional = false)
    Customer customer;

    @Nullable
    String note;

    @OneToMany(mappedBy = "purchase", cascade = CascadeType.ALL, orphanRemoval = true)
    @OrderBy("number")
    List<PurchaseLine> lines = new ArrayList<>();

    /** For Hibernate. */
    protected Purchase() {}

    Purchase(Customer customer) {
        this.customer = customer;
    }
}

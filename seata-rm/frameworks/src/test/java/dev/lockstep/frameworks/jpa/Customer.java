package dev.lockstep.frameworks.jpa;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Its key is the database's identity; it has a collection of values of every kind. */
@Entity
@Table(name = "customer")
class Customer {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable
    Long id;

    String name;

    @Nullable
    String email;

    @Version
    int version;

    /** Its table has the key (customer_id, tag). */
    @ElementCollection
    @CollectionTable(name = "customer_tag", joinColumns = @JoinColumn(name = "customer_id"))
    @Column(name = "tag")
    Set<String> tags = new HashSet<>();

    /** Its table has the key (customer_id, position). */
    @ElementCollection
    @CollectionTable(name = "customer_address", joinColumns = @JoinColumn(name = "customer_id"))
    @OrderColumn(name = "position")
    @Column(name = "address")
    List<String> addresses = new ArrayList<>();

    /** Its table has the key (customer_id, topic). */
    @ElementCollection
    @CollectionTable(name = "customer_wish", joinColumns = @JoinColumn(name = "customer_id"))
    @MapKeyColumn(name = "topic")
    @Column(name = "wish")
    Map<String, String> wishes = new HashMap<>();

    /** For Hibernate. */
    protected Customer() {}

    Customer(String name, @Nullable String email) {
        this.name = name;
        this.email = email;
    }
}

package dev.lockstep.frameworks.jpa;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A customer by another mapping, with a bag of values: its table has no key. */
@Entity
@Table(name = "customer")
class Visitor {

    @Id
    @Nullable
    Long id;

    String name;

    @ElementCollection
    @CollectionTable(name = "remark", joinColumns = @JoinColumn(name = "customer_id"))
    @Column(name = "text")
    List<String> remarks = new ArrayList<>();
}

package dev.lockstep.frameworks.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.TableGenerator;
import org.jspecify.annotations.Nullable;

/** Its key is a number kept in a table, taken ten at a time by a local transaction of Hibernate's own. */
@Entity
@Table(name = "voucher")
class Voucher {

    @Id
    @GeneratedValue(strategy = GenerationType.TABLE, generator = "voucher_numbers")
    @TableGenerator(
            name = "voucher_numbers",
            table = "key_source",
            pkColumnName = "name",
            pkColumnValue = "voucher",
            valueColumnName = "next_val",
            allocationSize = 10)
    @Nullable
    Long id;

    @Nullable
    String code;
}

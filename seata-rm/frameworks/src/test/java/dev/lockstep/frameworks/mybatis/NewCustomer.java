package dev.lockstep.frameworks.mybatis;

import org.jspecify.annotations.Nullable;

/** A customer to insert; MyBatis puts the key in. */
final class NewCustomer {
    @Nullable
    Long id;

    final String name;
    final String email;

    NewCustomer(String name, String email) {
        this.name = name;
        this.email = email;
    }
}

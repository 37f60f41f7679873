/**
 * Hibernate by itself and below Spring Data JPA, over the same entities. Read
 * {@link dev.lockstep.frameworks.jpa.HibernateContract} first.
 */
@NullMarked
package dev.lockstep.frameworks.jpa;

import org.jspecify.annotations.NullMarked;

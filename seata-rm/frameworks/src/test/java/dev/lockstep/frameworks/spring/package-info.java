/**
 * Spring's JdbcTemplate and Spring Data JDBC, with Spring's local transactions. Read
 * {@link dev.lockstep.frameworks.spring.SpringContract} first.
 */
@NullMarked
package dev.lockstep.frameworks.spring;

import org.jspecify.annotations.NullMarked;

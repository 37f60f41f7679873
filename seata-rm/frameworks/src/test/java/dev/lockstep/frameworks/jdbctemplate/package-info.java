/** Spring's JdbcTemplate with its transaction manager. */
@NullMarked
package dev.lockstep.frameworks.jdbctemplate;

import org.jspecify.annotations.NullMarked;

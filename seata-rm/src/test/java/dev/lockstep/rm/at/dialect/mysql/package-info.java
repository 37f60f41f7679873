/** Tests of what MySQL and MariaDB are known to be, without a server. */
@NullMarked
package dev.lockstep.rm.at.dialect.mysql;

import org.jspecify.annotations.NullMarked;

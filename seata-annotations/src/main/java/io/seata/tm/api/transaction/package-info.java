/** What an attribute of the official annotations needs, by its name. */
@NullMarked
package io.seata.tm.api.transaction;

import org.jspecify.annotations.NullMarked;

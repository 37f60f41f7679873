/** What an attribute of the official annotations needs, by its name. */
@NullMarked
package org.apache.seata.common;

import org.jspecify.annotations.NullMarked;

/** Tests of what an operator sees; {@link dev.lockstep.spring.sight.WatchedShop} is what they look at. */
@NullMarked
package dev.lockstep.spring.sight;

import org.jspecify.annotations.NullMarked;

/**
 * A shop with one database and a coordinator in memory, and what every framework must show when it works for the shop. Read
 * {@link dev.lockstep.frameworks.shop.ShopContract} first, then {@link dev.lockstep.frameworks.shop.Shop}.
 */
@NullMarked
package dev.lockstep.frameworks.shop;

import org.jspecify.annotations.NullMarked;

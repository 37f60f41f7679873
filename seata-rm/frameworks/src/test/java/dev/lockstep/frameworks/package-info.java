/**
 * The RM below the persistence frameworks that its users come with. The sources use nothing that moved between generations
 * of Spring Boot, and are compiled and run once for each. Read {@link dev.lockstep.frameworks.shop.ShopContract} first.
 */
@NullMarked
package dev.lockstep.frameworks;

import org.jspecify.annotations.NullMarked;

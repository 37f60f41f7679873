/** Stands for the official starter: one class under the name by which Lockstep knows it. */
@NullMarked
package io.seata.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;

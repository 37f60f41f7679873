/**
 * MyBatis with each of its executors, and MyBatis-Plus with its interceptors. Read
 * {@link dev.lockstep.frameworks.mybatis.MyBatisContract} first.
 */
@NullMarked
package dev.lockstep.frameworks.mybatis;

import org.jspecify.annotations.NullMarked;

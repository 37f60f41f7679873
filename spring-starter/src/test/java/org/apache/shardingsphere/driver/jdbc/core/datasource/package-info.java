/** Stands for a library that the tests do without; read {@link org.apache.shardingsphere.driver.jdbc.core.datasource.ShardingSphereDataSource}. */
@org.jspecify.annotations.NullMarked
package org.apache.shardingsphere.driver.jdbc.core.datasource;

package dev.lockstep.spring;

import javax.sql.DataSource;

/**
 * A data source that takes part in global transactions and is still of the class of its pool, or of its routing.
 *
 * <p>Not for users: public because proxies in other packages implement it, nobody else should, and may change at any time.
 */
public interface WrappedPool {

    /** The data source inside. */
    DataSource pool();
}

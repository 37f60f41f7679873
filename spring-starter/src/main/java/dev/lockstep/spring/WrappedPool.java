package dev.lockstep.spring;

import javax.sql.DataSource;

/**
 * A data source that takes part in global transactions and is still of the class of its pool. Public because proxies in
 * other packages implement it; nobody else should.
 */
public interface WrappedPool {

    /** The pool inside. */
    DataSource pool();
}

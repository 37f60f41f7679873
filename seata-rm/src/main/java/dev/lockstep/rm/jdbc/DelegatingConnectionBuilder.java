package dev.lockstep.rm.jdbc;

import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.ShardingKey;
import org.jspecify.annotations.NullUnmarked;

/** Forwards to a connection builder; what it builds passes {@link DelegatingDataSource#wrap}. Not thread-safe. */
@NullUnmarked
final class DelegatingConnectionBuilder implements ConnectionBuilder {

    private final DelegatingDataSource owner;
    private final ConnectionBuilder delegate;

    DelegatingConnectionBuilder(DelegatingDataSource owner, ConnectionBuilder delegate) {
        this.owner = owner;
        this.delegate = delegate;
    }

    /** The builder behind this one. */
    ConnectionBuilder delegate() {
        return delegate;
    }

    @Override
    public ConnectionBuilder user(String username) {
        delegate.user(username);
        return this;
    }

    @Override
    public ConnectionBuilder password(String password) {
        delegate.password(password);
        return this;
    }

    @Override
    public ConnectionBuilder shardingKey(ShardingKey shardingKey) {
        delegate.shardingKey(shardingKey);
        return this;
    }

    @Override
    public ConnectionBuilder superShardingKey(ShardingKey superShardingKey) {
        delegate.superShardingKey(superShardingKey);
        return this;
    }

    @Override
    public Connection build() throws SQLException {
        return owner.wrap(delegate.build());
    }
}

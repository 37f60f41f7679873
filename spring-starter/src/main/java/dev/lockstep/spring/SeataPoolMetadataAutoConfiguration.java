package dev.lockstep.spring;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;

/**
 * Lets Boot see the figures of a pool that takes part: it reads fields of the pool, which a proxy of the same class does not
 * have. Comes before Boot's own providers, because the first that knows an answer is believed.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
@ConditionalOnClass(name = "org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider")
public class SeataPoolMetadataAutoConfiguration {

    @Bean
    PoolInside seataPoolMetadataProvider(ObjectProvider<DataSourcePoolMetadataProvider> providers) {
        return new PoolInside(providers);
    }

    /** Asks the others about the pool inside. */
    static final class PoolInside implements DataSourcePoolMetadataProvider {

        private final ObjectProvider<DataSourcePoolMetadataProvider> providers;

        PoolInside(ObjectProvider<DataSourcePoolMetadataProvider> providers) {
            this.providers = providers;
        }

        @Override
        public @Nullable DataSourcePoolMetadata getDataSourcePoolMetadata(DataSource dataSource) {
            if (!(dataSource instanceof WrappedPool wrapped)) {
                return null;
            }
            for (DataSourcePoolMetadataProvider provider : providers) {
                DataSourcePoolMetadata metadata =
                        provider == this ? null : provider.getDataSourcePoolMetadata(wrapped.pool());
                if (metadata != null) {
                    return metadata;
                }
            }
            return null;
        }
    }
}

package dev.lockstep.spring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Says at the start which beans reach a database by R2DBC: nothing that is written there is undone. */
final class R2dbcAccess {

    private static final Logger LOG = LoggerFactory.getLogger(R2dbcAccess.class);

    private static final String CONNECTION_FACTORY = "io.r2dbc.spi.ConnectionFactory";

    private final ConfigurableListableBeanFactory beanFactory;

    R2dbcAccess(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    void tell() {
        ClassLoader classLoader = beanFactory.getBeanClassLoader();
        if (!ClassUtils.isPresent(CONNECTION_FACTORY, classLoader)) {
            return;
        }
        Class<?> connectionFactory = ClassUtils.resolveClassName(CONNECTION_FACTORY, classLoader);
        for (String beanName : beanFactory.getBeanNamesForType(connectionFactory, true, false)) {
            LOG.warn(
                    "[starter] Bean '{}' reaches a database by R2DBC, which has no undo logs: what is written through it inside a"
                            + " global transaction is not undone. Write there by JDBC. If that is meant, set"
                            + " logging.level.{}=error.",
                    beanName,
                    R2dbcAccess.class.getName());
        }
    }
}

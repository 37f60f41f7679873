package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManager;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Replaces every DataSource bean with one whose connections take part in global transactions, unless it is excluded or
 * already hands out such connections. Opens no connection. A bean that ends before its application does, as one of a scope
 * that is refreshed, is let go of.
 *
 * <p>Runs after the other post processors that have an order, so that what they put around a data source lies inside. Thread-safe.
 */
final class SeataDataSourceBeanPostProcessor implements DestructionAwareBeanPostProcessor, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(SeataDataSourceBeanPostProcessor.class);

    private final Supplier<ResourceManager> resourceManager;
    private final Supplier<SeataProperties> properties;
    private final DataSourceBeans beans;
    private final ConfigurableListableBeanFactory beanFactory;
    private final ConfigurableEnvironment environment;
    private final BooleanSupplier ending;
    /** Kept, since none can be asked for when beans are being destroyed. */
    private volatile @Nullable ResourceManager wrapping;

    /**
     * @param resourceManager asked at the first DataSource bean, not before: a post processor is made ahead of the beans
     *     that it must not force into life
     * @param properties asked at the same time
     * @param beans where those that take part are noted, and those that are left out
     * @param ending whether the application ends, and not only one of its beans
     */
    SeataDataSourceBeanPostProcessor(
            Supplier<ResourceManager> resourceManager,
            Supplier<SeataProperties> properties,
            DataSourceBeans beans,
            ConfigurableListableBeanFactory beanFactory,
            ConfigurableEnvironment environment,
            BooleanSupplier ending) {
        this.resourceManager = resourceManager;
        this.properties = properties;
        this.beans = beans;
        this.beanFactory = beanFactory;
        this.environment = environment;
        this.ending = ending;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        // The proxy of a scoped bean is a DataSource too; the bean behind it comes here by itself.
        if (!(bean instanceof DataSource dataSource) || bean instanceof ScopedObject) {
            return bean;
        }
        beans.passed(beanName);
        if (isExcluded(dataSource, beanName)) {
            beans.leaveOut(dataSource);
            LOG.info(
                    "[rm] DataSource '{}' is excluded by seata.excludes-for-auto-proxying: what is written through it"
                            + " is not undone by a global rollback.",
                    beanName);
            return bean;
        }
        ResourceManager manager = resourceManager.get();
        wrapping = manager;
        DataSource wrapper = new DataSourceWrapping(manager, beans).wrap(dataSource, beanName);
        if (wrapper == dataSource) {
            return dataSource;
        }
        NeverBoundAnew.add(beanName, environment);
        return asInjectable(wrapper, dataSource, beanName);
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof DataSource || isFactoryOfOne(bean);
    }

    private static boolean isFactoryOfOne(Object bean) {
        Class<?> made = bean instanceof FactoryBean<?> factory ? factory.getObjectType() : null;
        return made != null && DataSource.class.isAssignableFrom(made);
    }

    /**
     * Where the application ends, its resource manager goes first: it still deletes undo logs through the pools, and Spring
     * closes what was made last first, which would be the pools.
     */
    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        ResourceManager manager = wrapping;
        if (manager == null || (bean instanceof DataSource leftOut && beans.isLeftOut(leftOut))) {
            return;
        }
        if (ending.getAsBoolean() && beanFactory instanceof DefaultSingletonBeanRegistry registry) {
            for (String name : beanFactory.getBeanNamesForType(ResourceManager.class, true, false)) {
                registry.destroySingleton(name);
            }
        }
        if (bean instanceof DataSource dataSource) {
            manager.release(dataSource);
        }
    }

    /**
     * Keeps the type of the pool where the definition of the bean promises it: an interface always, its class unless the settings
     * say otherwise. Behind a scoped proxy always too: that is of the pool's class, and calls its methods.
     */
    private DataSource asInjectable(DataSource wrapper, DataSource pool, String beanName) {
        Class<?> promised = promised(beanName);
        if (promised == null || promised.isInstance(wrapper) || !promised.isInstance(pool) || isOfJdbc(promised)) {
            return wrapper;
        }
        DataSource ofSameType;
        if (promised.isInterface()) {
            ofSameType = PoolProxy.ofInterfaces(pool, wrapper, beanName);
        } else {
            ofSameType = properties.get().useJdkProxy() && !ScopedProxyUtils.isScopedTarget(beanName)
                    ? null
                    : PoolProxy.of(pool, wrapper, beanName);
        }
        return ofSameType == null ? wrapper : ofSameType;
    }

    /** What comes from an XADataSource or a ConnectionPoolDataSource would not be captured. */
    private static boolean isOfJdbc(Class<?> type) {
        return type.getPackage() == DataSource.class.getPackage();
    }

    private @Nullable Class<?> promised(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                ? beanFactory
                        .getMergedBeanDefinition(beanName)
                        .getResolvableType()
                        .resolve()
                : null;
    }

    private boolean isExcluded(DataSource dataSource, String beanName) {
        Set<String> excludes = properties.get().excludesForAutoProxying();
        return excludes.contains(dataSource.getClass().getName()) || excludes.contains(beanName);
    }
}

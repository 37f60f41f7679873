package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/** The DataSource beans of a context as far as they have been made: to look at them makes none. */
final class MadeDataSources {

    private static final Logger LOG = LoggerFactory.getLogger(MadeDataSources.class);

    private final ConfigurableListableBeanFactory beanFactory;

    MadeDataSources(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    List<String> beanNames() {
        return List.of(beanFactory.getBeanNamesForType(DataSource.class, true, false));
    }

    /** @return null where nobody has asked for it yet, also of a factory */
    @Nullable
    Object made(String beanName) {
        return made(beanFactory, beanName);
    }

    private static @Nullable Object made(ConfigurableListableBeanFactory beans, String beanName) {
        Object bean = beans.getSingleton(beanName);
        if (!(bean instanceof FactoryBean<?>)) {
            return bean;
        }
        Method known = ReflectionUtils.findMethod(beans.getClass(), "getCachedObjectForFactoryBean", String.class);
        if (known == null) {
            return null;
        }
        ReflectionUtils.makeAccessible(known);
        return ReflectionUtils.invokeMethod(known, beans, beanName);
    }

    /** Whether it is a bean, of this context or of one above. */
    boolean contains(DataSource dataSource) {
        BeanFactory level = beanFactory;
        while (level instanceof ConfigurableListableBeanFactory beans) {
            for (String beanName : beans.getBeanNamesForType(DataSource.class, true, false)) {
                if (made(beans, beanName) == dataSource) {
                    return true;
                }
            }
            level = beans.getParentBeanFactory();
        }
        return false;
    }

    /** Also true of one that cannot say, or would have to make what is behind it for that. */
    static boolean takesPart(DataSource dataSource) {
        if (dataSource instanceof ScopedObject
                || (dataSource instanceof Advised advised
                        && !advised.getTargetSource().isStatic())) {
            return true;
        }
        try {
            return dataSource.isWrapperFor(AtDataSource.class);
        } catch (SQLException | RuntimeException cannotSay) {
            LOG.debug("[starter] {} does not say what it wraps", dataSource, cannotSay);
            return true;
        }
    }
}

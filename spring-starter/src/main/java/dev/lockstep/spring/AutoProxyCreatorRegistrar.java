package dev.lockstep.spring;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes sure that the context has Spring's auto-proxy creator, the same that {@code @Transactional} uses, so that one proxy
 * carries both advisors in their order. Whether proxies are classes or interfaces stays with {@code
 * spring.aop.proxy-target-class}.
 */
final class AutoProxyCreatorRegistrar implements ImportBeanDefinitionRegistrar {

    private final Environment environment;

    /** Called by Spring. */
    AutoProxyCreatorRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        if (environment.getProperty("seata.expose-proxy", Boolean.class, false)) {
            AopConfigUtils.forceAutoProxyCreatorToExposeProxy(registry);
        }
    }
}

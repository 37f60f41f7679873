package dev.lockstep.spring;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes sure that the context has Spring's auto-proxy creator, the same that {@code @Transactional} uses, so that one proxy
 * carries both advisors in their order. Whether proxies are classes or interfaces stays with {@code
 * spring.aop.proxy-target-class}.
 */
final class AutoProxyCreatorRegistrar implements ImportBeanDefinitionRegistrar {

    /** Called by Spring. */
    AutoProxyCreatorRegistrar() {}

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
    }
}

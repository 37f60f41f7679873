package dev.lockstep.spring;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/** Carries the xid over HTTP: in by a servlet filter, out by every RestTemplate and RestClient that Spring builds. */
@AutoConfiguration(after = SeataAutoConfiguration.class)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
public class SeataWebAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(name = {"jakarta.servlet.Filter", "org.springframework.web.filter.OncePerRequestFilter"})
    static class Incoming {

        @Bean
        @ConditionalOnMissingBean
        XidServletFilter seataXidServletFilter() {
            return new XidServletFilter();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.client.RestClient")
    static class Outgoing {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static XidClientBeanPostProcessor seataXidClientBeanPostProcessor() {
            return new XidClientBeanPostProcessor();
        }
    }

    /** Clients that a bean builds for itself with the builders of Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.web.client.RestTemplateCustomizer")
    static class OutgoingOfBoot3 {

        @Bean
        org.springframework.boot.web.client.RestTemplateCustomizer seataXidRestTemplateCustomizer() {
            return restTemplate -> XidClientInterceptor.addTo(restTemplate.getInterceptors());
        }

        @Bean
        org.springframework.boot.web.client.RestClientCustomizer seataXidRestClientCustomizer() {
            return builder -> builder.requestInterceptors(XidClientInterceptor::addTo);
        }
    }

    /** The same for Boot 4, where the customizers moved. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.restclient.RestTemplateCustomizer")
    static class OutgoingOfBoot4 {

        @Bean
        org.springframework.boot.restclient.RestTemplateCustomizer seataXidRestTemplateCustomizer() {
            return restTemplate -> XidClientInterceptor.addTo(restTemplate.getInterceptors());
        }

        @Bean
        org.springframework.boot.restclient.RestClientCustomizer seataXidRestClientCustomizer() {
            return builder -> builder.requestInterceptors(XidClientInterceptor::addTo);
        }
    }
}

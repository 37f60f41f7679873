package dev.lockstep.spring.web;

import dev.lockstep.spring.LockstepProperties;
import dev.lockstep.spring.SeataProperties;
import dev.lockstep.tm.GlobalTransactions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Hooks;

/**
 * Carries the xid over HTTP: in by a filter, of servlets or of WebFlux; out by every RestTemplate, RestClient, WebClient and
 * Feign client that Spring builds, and by the HTTP interface clients on top of them.
 */
@AutoConfiguration(afterName = "dev.lockstep.spring.SeataAutoConfiguration")
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
        XidServletFilter seataXidServletFilter(
                ForeignXidPolicy policy, ObjectProvider<GlobalTransactions> transactions) {
            return new XidServletFilter(policy, transactions::getIfAvailable);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.http.HttpHeaders")
    @EnableConfigurationProperties({SeataProperties.class, LockstepProperties.class})
    static class Policy {

        /** The official switch counts where ours is not set. */
        @Bean
        @ConditionalOnMissingBean
        ForeignXidPolicy seataForeignXidPolicy(SeataProperties seata, Environment environment) {
            LockstepProperties.ForeignXid foreignXid = Binder.get(environment)
                    .bind("lockstep.propagation.foreign-xid", LockstepProperties.ForeignXid.class)
                    .orElse(
                            seata.client().http().interceptorEnabled()
                                    ? LockstepProperties.ForeignXid.ACCEPT
                                    : LockstepProperties.ForeignXid.IGNORE);
            boolean accepted = foreignXid == LockstepProperties.ForeignXid.ACCEPT;
            return (xid, headers) -> accepted;
        }
    }

    /** Made with the other beans, so that a wrong setting stops the start. */
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(LockstepProperties.class)
    static class OutgoingPolicy {

        @Bean
        @ConditionalOnMissingBean
        OutgoingXidPolicy seataOutgoingXidPolicy(LockstepProperties properties) {
            var hosts = HostPatterns.of(
                    "lockstep.propagation.hosts", properties.propagation().hosts());
            var excluded = HostPatterns.of(
                    "lockstep.propagation.excluded-hosts",
                    properties.propagation().excludedHosts());
            return uri -> hosts.match(uri) && !excluded.match(uri);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(name = {"org.springframework.web.server.WebFilter", "reactor.core.publisher.Hooks"})
    static class IncomingReactive {

        private static final boolean CARRIED = ClassUtils.isPresent(
                "io.micrometer.context.ContextRegistry", SeataWebAutoConfiguration.class.getClassLoader());

        /** Switches Reactor's automatic propagation on: handlers would look for the xid on their thread in vain without. */
        @Bean
        XidWebFilter seataXidWebFilter(ForeignXidPolicy policy, ObjectProvider<GlobalTransactions> transactions) {
            if (CARRIED) {
                Hooks.enableAutomaticContextPropagation();
            }
            return new XidWebFilter(policy, transactions::getIfAvailable, CARRIED);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.reactive.function.client.WebClient")
    static class OutgoingReactive {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static XidWebClientBeanPostProcessor seataXidWebClientBeanPostProcessor(
                ObjectProvider<OutgoingXidPolicy> policy) {
            ScopeOfSubscriber.carry();
            return new XidWebClientBeanPostProcessor(new OutgoingCalls(policy::getObject));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "feign.Capability")
    static class OutgoingByFeign {

        @Bean
        XidFeignCapability seataXidFeignCapability(ObjectProvider<OutgoingXidPolicy> policy) {
            return new XidFeignCapability(new OutgoingCalls(policy::getObject));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.client.RestClient")
    static class Outgoing {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static XidClientBeanPostProcessor seataXidClientBeanPostProcessor(ObjectProvider<OutgoingXidPolicy> policy) {
            return new XidClientBeanPostProcessor(new OutgoingCalls(policy::getObject));
        }
    }

    /** Clients that a bean builds for itself with the builders of Boot 3, whose customizers are there without Spring Web too. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.boot.web.client.RestTemplateCustomizer",
                "org.springframework.web.client.RestClient"
            })
    static class OutgoingOfBoot3 {

        @Bean
        org.springframework.boot.web.client.RestTemplateCustomizer seataXidRestTemplateCustomizer(
                ObjectProvider<OutgoingXidPolicy> policy) {
            var interceptor = new XidClientInterceptor(new OutgoingCalls(policy::getObject));
            return restTemplate -> interceptor.addTo(restTemplate.getInterceptors());
        }

        @Bean
        org.springframework.boot.web.client.RestClientCustomizer seataXidRestClientCustomizer(
                ObjectProvider<OutgoingXidPolicy> policy) {
            var interceptor = new XidClientInterceptor(new OutgoingCalls(policy::getObject));
            return builder -> builder.requestInterceptors(interceptor::addTo);
        }
    }

    /** The same for Boot 4, where the customizers moved. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.restclient.RestTemplateCustomizer")
    static class OutgoingOfBoot4 {

        @Bean
        org.springframework.boot.restclient.RestTemplateCustomizer seataXidRestTemplateCustomizer(
                ObjectProvider<OutgoingXidPolicy> policy) {
            var interceptor = new XidClientInterceptor(new OutgoingCalls(policy::getObject));
            return restTemplate -> interceptor.addTo(restTemplate.getInterceptors());
        }

        @Bean
        org.springframework.boot.restclient.RestClientCustomizer seataXidRestClientCustomizer(
                ObjectProvider<OutgoingXidPolicy> policy) {
            var interceptor = new XidClientInterceptor(new OutgoingCalls(policy::getObject));
            return builder -> builder.requestInterceptors(interceptor::addTo);
        }
    }

    /** Boot 4 builds the clients of HTTP services without a builder bean. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.webclient.WebClientCustomizer")
    static class OutgoingReactiveOfBoot4 {

        @Bean
        org.springframework.boot.webclient.WebClientCustomizer seataXidWebClientCustomizer(
                ObjectProvider<OutgoingXidPolicy> policy) {
            var filter = new XidExchangeFilter(new OutgoingCalls(policy::getObject));
            return builder -> builder.filters(filter::addTo);
        }
    }
}

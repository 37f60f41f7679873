package dev.lockstep.spring.web;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Gives every RestTemplate, RestClient and RestClient.Builder that is a bean an {@link XidClientInterceptor}, once.
 *
 * <p>Works on Spring Framework's own types, which stand in the same place in every generation of Spring Boot. Clients that
 * are built from scratch inside a method are nobody's beans: they do not carry the xid.
 */
final class XidClientBeanPostProcessor implements BeanPostProcessor {

    private final XidClientInterceptor interceptor;

    XidClientBeanPostProcessor(OutgoingCalls calls) {
        this.interceptor = new XidClientInterceptor(calls);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof RestTemplate restTemplate) {
            interceptor.addTo(restTemplate.getInterceptors());
        } else if (bean instanceof RestClient.Builder builder) {
            builder.requestInterceptors(interceptor::addTo);
        } else if (bean instanceof RestClient client) {
            RestClient.Builder builder = client.mutate();
            // A mock has none.
            return builder == null
                    ? client
                    : builder.requestInterceptors(interceptor::addTo).build();
        }
        return bean;
    }
}

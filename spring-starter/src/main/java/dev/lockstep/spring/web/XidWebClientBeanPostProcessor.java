package dev.lockstep.spring.web;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.function.client.WebClient;

/** Gives every WebClient bean and every WebClient.Builder bean an {@link XidExchangeFilter}, once. */
final class XidWebClientBeanPostProcessor implements BeanPostProcessor {

    private final XidExchangeFilter filter;

    XidWebClientBeanPostProcessor(OutgoingCalls calls) {
        this.filter = new XidExchangeFilter(calls);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof WebClient.Builder builder) {
            builder.filters(filter::addTo);
        } else if (bean instanceof WebClient client) {
            WebClient.Builder builder = client.mutate();
            // A mock has none.
            return builder == null ? client : builder.filters(filter::addTo).build();
        }
        return bean;
    }
}

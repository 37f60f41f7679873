package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spring.Contexts;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

class WebAutoConfigurationTest {

    private final WebApplicationContextRunner web = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SeataWebAutoConfiguration.class,
                    RestTemplateAutoConfiguration.class,
                    RestClientAutoConfiguration.class));

    @Test
    void a_servlet_application_takes_the_xid_in() {
        web.run(context -> assertThat(context).hasSingleBean(XidServletFilter.class));
    }

    @Test
    void an_xid_from_outside_is_accepted_unless_settings_or_a_bean_of_the_application_say_otherwise() {
        var headers = new HttpHeaders();
        web.run(context -> assertThat(context.getBean(ForeignXidPolicy.class).accepts("10.0.0.5:8091:1", headers))
                .isTrue());
        web.withPropertyValues("lockstep.propagation.foreign-xid=ignore")
                .run(context -> assertThat(
                                context.getBean(ForeignXidPolicy.class).accepts("10.0.0.5:8091:1", headers))
                        .isFalse());
        ForeignXidPolicy own = (xid, sent) -> false;
        web.withBean(ForeignXidPolicy.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(ForeignXidPolicy.class)).isSameAs(own));
    }

    @Test
    void the_official_switch_of_incoming_xids_counts_where_ours_is_not_set() {
        var headers = new HttpHeaders();
        WebApplicationContextRunner switchedOff = web.withPropertyValues("seata.client.http.interceptor-enabled=false");

        switchedOff.run(
                context -> assertThat(context.getBean(ForeignXidPolicy.class).accepts("10.0.0.5:8091:1", headers))
                        .isFalse());
        switchedOff
                .withPropertyValues("lockstep.propagation.foreign-xid=accept")
                .run(context -> assertThat(
                                context.getBean(ForeignXidPolicy.class).accepts("10.0.0.5:8091:1", headers))
                        .isTrue());
    }

    /** As a mock that Spring's tests put in place of a bean does. */
    private static <T> T answeringNull(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
    }

    @Test
    void clients_that_are_mocks_stay_as_they_are() {
        RestClient blocking = answeringNull(RestClient.class);
        WebClient reactive = answeringNull(WebClient.class);

        web.withBean("blocking", RestClient.class, () -> blocking)
                .withBean("reactive", WebClient.class, () -> reactive)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("blocking")).isSameAs(blocking);
                    assertThat(context.getBean("reactive")).isSameAs(reactive);
                });
    }

    @Test
    void another_application_has_no_filter() {
        Contexts.withoutTc().run(context -> assertThat(context).doesNotHaveBean(XidServletFilter.class));
    }

    @Test
    void an_application_without_spring_web_starts() {
        Contexts.withoutTc()
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.web", "org.springframework.boot.web", "jakarta.servlet"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void rest_template_beans_carry_the_xid_once_however_they_were_made() {
        web.withBean("byHand", RestTemplate.class)
                .withBean("built", RestTemplate.class, () -> new RestTemplateBuilder().build())
                .run(context -> {
                    RestTemplate ofBuilder =
                            context.getBean(RestTemplateBuilder.class).build();

                    assertThat(ofBuilder.getInterceptors()).hasOnlyElementsOfType(XidClientInterceptor.class);
                    assertThat(ofBuilder.getInterceptors()).hasSize(1);
                    assertThat(context.getBean("byHand", RestTemplate.class).getInterceptors())
                            .hasSize(1);
                    assertThat(context.getBean("built", RestTemplate.class).getInterceptors())
                            .hasSize(1);
                });
    }

    @Test
    void every_builder_of_rest_clients_carries_the_xid_once() {
        web.run(context -> {
            RestClient.Builder first = context.getBean(RestClient.Builder.class);
            RestClient.Builder second = context.getBean(RestClient.Builder.class);

            assertThat(first).isNotSameAs(second);
            first.requestInterceptors(interceptors -> assertThat(interceptors).hasSize(1));
            second.requestInterceptors(interceptors -> assertThat(interceptors).hasSize(1));
        });
    }
}

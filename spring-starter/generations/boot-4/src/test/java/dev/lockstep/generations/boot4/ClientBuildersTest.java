package dev.lockstep.generations.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

class ClientBuildersTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SeataWebAutoConfiguration.class,
                    RestTemplateAutoConfiguration.class,
                    RestClientAutoConfiguration.class));

    @Test
    void a_rest_template_of_the_builder_carries_the_xid_once() {
        runner.run(context -> {
            RestTemplate restTemplate =
                    context.getBean(RestTemplateBuilder.class).build();

            assertCarriesTheXidOnce(restTemplate.getInterceptors());
        });
    }

    @Test
    void a_rest_client_of_the_builder_bean_carries_the_xid_once() {
        runner.run(context -> context.getBean(RestClient.Builder.class)
                .requestInterceptors(ClientBuildersTest::assertCarriesTheXidOnce));
    }

    @Test
    void a_rest_client_of_a_configured_builder_carries_the_xid_once() {
        runner.run(context -> context.getBean(RestClientBuilderConfigurer.class)
                .configure(RestClient.builder())
                .requestInterceptors(ClientBuildersTest::assertCarriesTheXidOnce));
    }

    private static void assertCarriesTheXidOnce(List<ClientHttpRequestInterceptor> interceptors) {
        assertThat(interceptors)
                .extracting(interceptor -> interceptor.getClass().getSimpleName())
                .containsExactly("XidClientInterceptor");
    }
}

package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.seata.core.context.RootContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

class XidClientTest {

    private static final String XID = "10.0.0.5:8091:123";

    private final XidClientBeanPostProcessor postProcessor =
            new XidClientBeanPostProcessor(new OutgoingCalls(() -> uri -> true));
    private final SentRequests sent = new SentRequests();

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
    }

    @Test
    void a_rest_template_sends_the_xid_of_the_thread() {
        RestTemplate restTemplate = restTemplate();

        RootContext.bind(XID);
        restTemplate.getForEntity("http://stock/deduct", Void.class);

        assertThat(sent.xids()).containsExactly(List.of(XID));
    }

    @Test
    void a_rest_client_sends_the_xid_of_the_thread() {
        RestClient restClient = restClient();

        RootContext.bind(XID);
        restClient.get().uri("http://stock/deduct").retrieve().toBodilessEntity();

        assertThat(sent.xids()).containsExactly(List.of(XID));
    }

    @Test
    void outside_a_global_transaction_nothing_is_sent() {
        restTemplate().getForEntity("http://stock/deduct", Void.class);
        restClient().get().uri("http://stock/deduct").retrieve().toBodilessEntity();

        assertThat(sent.xids()).containsExactly(List.of(), List.of());
    }

    @Test
    void a_header_set_by_hand_gives_way_to_the_xid_of_the_thread() {
        RestClient restClient = restClient();

        RootContext.bind(XID);
        restClient
                .get()
                .uri("http://stock/deduct")
                .header("TX_XID", "10.0.0.5:8091:1")
                .retrieve()
                .toBodilessEntity();

        assertThat(sent.xids()).containsExactly(List.of(XID));
    }

    @Test
    void processing_a_client_again_adds_no_second_interceptor() {
        RestTemplate restTemplate = restTemplate();
        postProcessor.postProcessAfterInitialization(restTemplate, "restTemplate");
        Object restClient = postProcessor.postProcessAfterInitialization(restClient(), "restClient");
        RestClient.Builder builder = RestClient.builder();
        postProcessor.postProcessAfterInitialization(builder, "builder");
        postProcessor.postProcessAfterInitialization(builder, "builder");

        assertThat(restTemplate.getInterceptors()).hasSize(1);
        builder.requestInterceptors(interceptors -> assertThat(interceptors).hasSize(1));
        ((RestClient) restClient)
                .mutate()
                .requestInterceptors(interceptors -> assertThat(interceptors).hasSize(1));
    }

    private RestTemplate restTemplate() {
        RestTemplate restTemplate = new RestTemplate(sent);
        postProcessor.postProcessAfterInitialization(restTemplate, "restTemplate");
        return restTemplate;
    }

    private RestClient restClient() {
        RestClient.Builder builder = RestClient.builder().requestFactory(sent);
        postProcessor.postProcessAfterInitialization(builder, "restClientBuilder");
        return builder.build();
    }

    /** Answers every request and keeps it. */
    private static final class SentRequests implements ClientHttpRequestFactory {
        private final List<ClientHttpRequest> requests = new ArrayList<>();

        @Override
        public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
            var request = new MockClientHttpRequest(method, uri);
            request.setResponse(new MockClientHttpResponse(new byte[0], HttpStatus.OK));
            requests.add(request);
            return request;
        }

        List<List<String>> xids() {
            return requests.stream()
                    .map(request -> request.getHeaders().getOrEmpty("TX_XID"))
                    .toList();
        }
    }
}

package dev.lockstep.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks for JSON and posts it. Every call is bounded in time. Thread-safe. */
final class JsonHttp {

    /**
     * What came back.
     *
     * @param body a missing node where there was none
     */
    record Answer(int status, JsonNode body) {}

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    /** The document at an address; any status but 200 is an error. */
    JsonNode get(URI address) throws IOException, InterruptedException {
        Answer answer = send(HttpRequest.newBuilder(address).timeout(LIMIT).build());
        if (answer.status() != 200) {
            throw new IOException(address + " answered " + answer.status() + ": " + answer.body());
        }
        return answer.body();
    }

    /** Posts a document; every status is an answer. */
    Answer post(URI address, Object document) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(mapper.writeValueAsBytes(document)))
                .build());
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), mapper.readTree(response.body()));
    }
}

package dev.lockstep.spring.web;

import dev.lockstep.tm.OutgoingCall;
import feign.Capability;
import feign.Client;
import feign.Response;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets every Feign client listen to answers that forbid the commit; {@link XidFeignInterceptor} sees requests only. Public
 * because Feign calls it by reflection. Thread-safe.
 */
public final class XidFeignCapability implements Capability {

    XidFeignCapability() {}

    @Override
    public Client enrich(Client client) {
        return (request, options) -> {
            OutgoingCall call = OutgoingCall.ofThread();
            Response response = client.execute(request, options);
            if (call != null) {
                call.answered(name -> first(response.headers().getOrDefault(name, List.of())));
            }
            return response;
        };
    }

    private static @Nullable String first(Collection<String> values) {
        return values.isEmpty() ? null : values.iterator().next();
    }
}

package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.discovery.TcAddress;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RpcListenersTest {

    private static final TcAddress TC = new TcAddress("tc", 8091);

    static Stream<Method> events() {
        return Stream.of(RpcListener.class.getMethods()).filter(Method::isDefault);
    }

    /** An event that the transport learns to tell must not get lost here. */
    @ParameterizedTest
    @MethodSource("events")
    void every_event_is_passed_on(Method event) throws NoSuchMethodException {
        assertThat(RpcListeners.class
                        .getMethod(event.getName(), event.getParameterTypes())
                        .getDeclaringClass())
                .isEqualTo(RpcListeners.class);
    }

    @Test
    void a_listener_that_throws_keeps_no_event_from_the_next() {
        List<String> told = new ArrayList<>();
        var listeners = new RpcListeners(() -> List.of(
                new RpcListener() {
                    @Override
                    public void notSent(TcAddress tc, String request) {
                        throw new IllegalStateException("mine");
                    }
                },
                new RpcListener() {
                    @Override
                    public void notSent(TcAddress tc, String request) {
                        told.add(request);
                    }
                }));

        assertThatThrownBy(() -> listeners.notSent(TC, "GlobalBeginRequest")).hasMessage("mine");
        assertThat(told).containsExactly("GlobalBeginRequest");
    }
}

package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import org.junit.jupiter.api.Test;

class InFlightRequestsTest {

    private final InFlightRequests inFlight = new InFlightRequests();

    @Test
    void answer_is_taken_once_by_id_and_type() {
        var begin = request(new GlobalBeginRequest(), 0);
        var commit = request(new GlobalCommitRequest(), 0);
        inFlight.add(-5, begin);
        inFlight.add(0, commit);

        assertThat(inFlight.take(-5, new GlobalCommitResponse()))
                .as("wrong type")
                .isNull();
        assertThat(inFlight.take(7, new GlobalBeginResponse())).as("wrong id").isNull();
        assertThat(inFlight.take(0, new GlobalCommitResponse())).isSameAs(commit);
        assertThat(inFlight.take(-5, new GlobalBeginResponse())).isSameAs(begin);
        assertThat(inFlight.take(-5, new GlobalBeginResponse()))
                .as("second answer")
                .isNull();
        assertThat(inFlight.isEmpty()).isTrue();
    }

    @Test
    void id_that_is_in_use_is_not_given_away() {
        var first = request(new GlobalBeginRequest(), 0);
        assertThat(inFlight.add(1, first)).isTrue();
        assertThat(inFlight.add(1, request(new GlobalBeginRequest(), 0))).isFalse();
        assertThat(inFlight.take(1, new GlobalBeginResponse())).isSameAs(first);
    }

    @Test
    void only_what_has_waited_its_timeout_expires() {
        var old = request(new GlobalBeginRequest(), 100);
        var young = request(new GlobalBeginRequest(), 200);
        inFlight.add(1, old);
        inFlight.add(2, young);

        assertThat(inFlight.takeExpired(1_099)).isEmpty();
        assertThat(inFlight.takeExpired(1_100)).containsExactly(old);
        assertThat(inFlight.size()).isEqualTo(1);
        assertThat(inFlight.takeAll()).containsExactly(young);
        assertThat(inFlight.isEmpty()).isTrue();
    }

    @Test
    void expiry_survives_the_overflow_of_the_clock() {
        inFlight.add(1, request(new GlobalBeginRequest(), Long.MAX_VALUE - 10));

        assertThat(inFlight.takeExpired(Long.MIN_VALUE + 100)).isEmpty();
        assertThat(inFlight.takeExpired(Long.MIN_VALUE + 1_000)).hasSize(1);
    }

    @Test
    void thousands_in_flight_each_find_their_answer() {
        for (var id = 0; id < 10_000; id++) {
            inFlight.add(id * 31, request(new GlobalBeginRequest(), 0));
        }
        for (var id = 9_999; id >= 0; id--) {
            assertThat(inFlight.take(id * 31, new BranchRegisterResponse())).isNull();
            assertThat(inFlight.take(id * 31, new GlobalBeginResponse())).isNotNull();
        }
        assertThat(inFlight.isEmpty()).isTrue();
    }

    private static Request request(AbstractMessage message, long createdNanos) {
        return new Request(message, createdNanos, 1_000);
    }
}

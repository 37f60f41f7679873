package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.discovery.TcAddress;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seata.core.model.BranchStatus;
import org.junit.jupiter.api.Test;

class TcMetersTest {

    private static final TcAddress TC = new TcAddress("10.0.0.5", 8091);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TcMeters meters = new TcMeters(() -> null);

    private RequiredSearch meter(String name, String... tags) {
        return registry.get(name).tag("tc", "10.0.0.5:8091").tags(tags);
    }

    @Test
    void round_trips_are_timed_by_message_and_outcome() {
        meters.bindTo(registry);

        meters.answered(TC, "GlobalBeginRequest", 5_000_000);
        meters.answered(TC, "GlobalBeginRequest", 7_000_000);
        meters.lost(TC, "GlobalCommitRequest", 3_000_000_000L);
        meters.notSent(TC, "GlobalCommitRequest");

        var answered = meter("seata.tc.requests", "request", "GlobalBeginRequest", "outcome", "answered")
                .timer();
        assertThat(answered.count()).isEqualTo(2);
        assertThat(answered.totalTime(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isEqualTo(12);
        assertThat(meter("seata.tc.requests", "request", "GlobalCommitRequest", "outcome", "lost")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meter("seata.tc.requests", "request", "GlobalCommitRequest", "outcome", "not sent")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void connections_frames_reports_and_second_phases_are_counted() {
        meters.bindTo(registry);

        meters.connected(TC, "1.8.0");
        meters.disconnected(TC, "gone", 3);
        meters.setAside(TC, "three failures");
        meters.flushed(TC, 4, 900);
        meters.reportsSent(TC, 32, true);
        meters.reportUnneeded(TC);
        meters.reportsDropped(TC, 2, "gone");
        meters.commandAnswered("BranchCommitRequest", BranchStatus.PhaseTwo_Committed, 1_000);

        assertThat(meter("seata.tc.connects").counter().count()).isEqualTo(1);
        assertThat(meter("seata.tc.disconnects").counter().count()).isEqualTo(1);
        assertThat(meter("seata.tc.set.aside").counter().count()).isEqualTo(1);
        assertThat(meter("seata.tc.flush.frames").summary().totalAmount()).isEqualTo(4);
        assertThat(meter("seata.tc.sent.bytes").counter().count()).isEqualTo(900);
        assertThat(meter("seata.reports", "outcome", "sent").counter().count()).isEqualTo(32);
        assertThat(meter("seata.reports", "outcome", "unneeded").counter().count())
                .isEqualTo(1);
        assertThat(meter("seata.reports", "outcome", "dropped").counter().count())
                .isEqualTo(2);
        assertThat(registry.get("seata.phase.two")
                        .tags("command", "BranchCommitRequest", "status", "PhaseTwo_Committed")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    /** As Boot binds where one of several registries is primary. */
    @Test
    void each_of_several_registries_has_all_that_is_counted_from_its_binding_on() {
        var second = new SimpleMeterRegistry();
        meters.bindTo(registry);
        meters.connected(TC, "1.8.0");
        meters.bindTo(second);

        meters.connected(TC, "1.8.0");

        assertThat(meter("seata.tc.connects").counter().count()).isEqualTo(2);
        assertThat(second.get("seata.tc.connects").counter().count()).isEqualTo(1);
    }

    @Test
    void before_it_is_bound_nothing_is_counted_and_nothing_fails() {
        meters.answered(TC, "GlobalBeginRequest", 5_000_000);
        meters.bindTo(registry);

        assertThat(registry.find("seata.tc.requests").timer()).isNull();
    }

    @Test
    void an_event_takes_no_memory_once_its_meter_is_known() {
        meters.bindTo(registry);

        assertThat(AllocatedBytes.perCall(() -> {
                    meters.answered(TC, "GlobalBeginRequest", 5_000);
                    meters.flushed(TC, 4, 900);
                    meters.reportsSent(TC, 1, false);
                    meters.commandAnswered("BranchCommitRequest", BranchStatus.PhaseTwo_Committed, 1_000);
                }))
                .isLessThan(1);
    }
}

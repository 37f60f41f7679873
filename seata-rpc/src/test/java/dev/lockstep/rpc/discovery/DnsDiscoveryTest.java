package dev.lockstep.rpc.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsDiscoveryTest {

    private final Map<String, List<String>> zone = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean broken;
    private final List<Discovery.Subscription> subscriptions = new ArrayList<>();
    private final DnsDiscovery discovery = new DnsDiscovery(
            List.of(new TcAddress("tc.example", 8091), new TcAddress("spare.example", 8092)),
            Duration.ofMillis(5),
            this::resolve);

    @AfterEach
    void end_subscriptions() {
        subscriptions.forEach(Discovery.Subscription::close);
    }

    @Test
    void every_address_of_every_name_is_a_node_with_the_port_of_the_name() {
        zone.put("tc.example", List.of("10.0.0.1", "10.0.0.2"));
        zone.put("spare.example", List.of("10.0.0.9"));
        assertThat(discovery.addresses()).isEmpty();

        listen(discovery, () -> {});
        await().untilAsserted(() -> assertThat(discovery.addresses())
                .extracting(TcAddress::toString)
                .containsExactly("10.0.0.1:8091", "10.0.0.2:8091", "10.0.0.9:8092"));
    }

    @Test
    void change_is_told_and_the_same_in_another_order_is_not() {
        zone.put("tc.example", List.of("10.0.0.1", "10.0.0.2"));
        var told = new AtomicInteger();
        listen(discovery, told::incrementAndGet);
        await().until(() -> told.get() == 1);
        zone.put("tc.example", List.of("10.0.0.2", "10.0.0.1"));
        awaitFurtherResolutions();
        assertThat(told).hasValue(1);

        zone.put("tc.example", List.of("10.0.0.2", "10.0.0.3"));
        await().until(() -> told.get() == 2);
        assertThat(discovery.addresses()).extracting(TcAddress::host).containsExactly("10.0.0.2", "10.0.0.3");
    }

    @Test
    void name_that_no_longer_resolves_keeps_its_nodes_while_others_follow_theirs() {
        zone.put("tc.example", List.of("10.0.0.1"));
        zone.put("spare.example", List.of("10.0.0.8"));
        listen(discovery, () -> {});
        await().until(() -> discovery.addresses().size() == 2);

        zone.remove("tc.example");
        zone.put("spare.example", List.of("10.0.0.9"));

        await().untilAsserted(() ->
                assertThat(discovery.addresses()).extracting(TcAddress::host).containsExactly("10.0.0.1", "10.0.0.9"));
    }

    @Test
    void nobody_is_asked_when_nobody_listens() {
        var first = listen(discovery, () -> {});
        var second = listen(discovery, () -> {});
        awaitFurtherResolutions();
        first.close();
        awaitFurtherResolutions();

        second.close();

        // One resolution may have been under way.
        var atMost = asked.get() + 2;
        await().during(Duration.ofMillis(100)).atMost(Duration.ofSeconds(5)).until(() -> asked.get() <= atMost);
    }

    @Test
    void change_that_was_not_taken_up_is_told_again_and_others_hear_of_it_at_once() {
        var failing = new AtomicInteger();
        var told = new AtomicInteger();
        listen(discovery, () -> {
            if (failing.incrementAndGet() < 3) {
                throw new LinkageError("thrown by the test");
            }
        });
        listen(discovery, told::incrementAndGet);
        // Once both listen: whoever comes after a change looks for himself.
        zone.put("tc.example", List.of("10.0.0.1"));

        await().until(() -> failing.get() == 3);
        awaitFurtherResolutions();

        assertThat(failing).hasValue(3);
        assertThat(told).hasValue(1);
    }

    @Test
    void error_while_resolving_ends_nothing() {
        zone.put("tc.example", List.of("10.0.0.1"));
        broken = true;
        listen(discovery, () -> {});
        awaitFurtherResolutions();
        broken = false;

        await().until(() -> discovery.addresses().size() == 1);
    }

    @Test
    void resolution_that_hangs_holds_up_nobody() {
        var hanging = new CountDownLatch(1);
        var slow = new DnsDiscovery(List.of(new TcAddress("tc.example", 8091)), Duration.ofMillis(5), host -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException("interrupted");
            }
            return new InetAddress[0];
        });

        listen(slow, () -> {});
        assertThat(slow.addresses()).isEmpty();
    }

    @Test
    void list_without_a_usable_name_is_refused() {
        assertThatThrownBy(() -> DnsDiscovery.of(" , ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DnsDiscovery.of("tc.example")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> DnsDiscovery.of("tc.example:8091", Duration.ZERO))
                .hasMessageContaining("above zero");
    }

    @Test
    void own_resolver_of_the_jvm_is_asked() {
        var real = DnsDiscovery.of("localhost:8091");
        listen(real, () -> {});

        await().untilAsserted(() -> assertThat(real.addresses()).isNotEmpty());
    }

    private Discovery.Subscription listen(Discovery to, Runnable notice) {
        var subscription = to.onChange(notice);
        subscriptions.add(subscription);
        return subscription;
    }

    private void awaitFurtherResolutions() {
        var before = asked.get();
        await().until(() -> asked.get() >= before + 4);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        asked.incrementAndGet();
        if (broken) {
            throw new LinkageError("thrown by the test");
        }
        var found = zone.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found.stream().map(DnsDiscoveryTest::literal).toArray(InetAddress[]::new);
    }

    private static InetAddress literal(String text) {
        var numbers =
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) numbers[0], (byte) numbers[1], (byte) numbers[2], (byte) numbers[3]});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

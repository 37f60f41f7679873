package dev.lockstep.rpc;

import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Names the nodes the test says, and tells when it says others. */
final class ChangingDiscovery implements Discovery {

    private final List<Runnable> notices = new CopyOnWriteArrayList<>();
    private volatile List<TcAddress> addresses = List.of();
    private volatile boolean throwsAtEnd;

    void name(ScriptedTc... tcs) {
        name(Stream.of(tcs).map(tc -> TcAddress.parse(tc.address())).toList());
    }

    void name(List<TcAddress> named) {
        addresses = named;
        notices.forEach(Runnable::run);
    }

    /** Ending a subscription throws from now on. */
    void throwAtEnd() {
        throwsAtEnd = true;
    }

    @Override
    public List<TcAddress> addresses() {
        return addresses;
    }

    @Override
    public Subscription onChange(Runnable notice) {
        notices.add(notice);
        return () -> {
            notices.remove(notice);
            if (throwsAtEnd) {
                throw new IllegalStateException("thrown by the test");
            }
        };
    }
}

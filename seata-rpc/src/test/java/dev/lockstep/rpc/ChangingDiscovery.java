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

    void name(ScriptedTc... tcs) {
        addresses = Stream.of(tcs).map(tc -> TcAddress.parse(tc.address())).toList();
        notices.forEach(Runnable::run);
    }

    @Override
    public List<TcAddress> addresses() {
        return addresses;
    }

    @Override
    public Subscription onChange(Runnable notice) {
        notices.add(notice);
        return () -> notices.remove(notice);
    }
}

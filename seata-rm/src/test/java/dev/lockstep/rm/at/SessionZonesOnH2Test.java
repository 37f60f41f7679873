package dev.lockstep.rm.at;

final class SessionZonesOnH2Test extends SessionZonesContract {

    SessionZonesOnH2Test() {
        super(Rigs.onH2());
    }

    @Override
    String moment() {
        return "TIMESTAMP(6) WITH TIME ZONE";
    }

    @Override
    String zone() {
        return "SET TIME ZONE '-09:00'";
    }
}

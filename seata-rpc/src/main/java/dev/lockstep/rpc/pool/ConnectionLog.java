package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says about the connections to one node. Each change of its state is told once: the first loss, the first failed
 * attempt, that it is back. What repeats before a connection has lived for a while is counted, and the count told when one
 * has.
 *
 * <p>Confined to the node's event loop.
 */
final class ConnectionLog {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);

    private final TcAddress address;
    private final long maxPauseMillis;

    private int live;
    private int losses;
    private int failures;
    private int returns;

    /** @param maxPauseMillis the longest wait between two attempts to connect, for the reader's information */
    ConnectionLog(TcAddress address, long maxPauseMillis) {
        this.address = address;
        this.maxPauseMillis = maxPauseMillis;
    }

    void connected(TcChannel channel) {
        live++;
        if (live > 1 || returns > 0) {
            log.debug("{} Connected to TC {} (version {}).", channel, address, channel.version());
            return;
        }
        if (losses > 0) {
            returns++;
        }
        log.info(
                "{} Connected to TC {} (version {}){}.",
                channel,
                address,
                channel.version(),
                failures == 0 ? "" : " after " + failures + " failed attempts");
    }

    void lost(TcChannel channel, String reason) {
        live--;
        losses++;
        if (losses == 1) {
            log.warn("{} Connection lost: {}. Reconnecting.", channel, reason);
        } else {
            log.debug("{} Connection lost: {}. It is number {} since all was well.", channel, reason, losses);
        }
    }

    void failed(String reason) {
        failures++;
        if (failures == 1 && losses == 0) {
            log.warn(
                    "[tc {}] Not connected: {}. Trying again, at most {} ms apart, without further notice.",
                    address,
                    reason,
                    maxPauseMillis);
        } else {
            log.debug("[tc {}] Not connected: {}. It is failure {} since all was well.", address, reason, failures);
        }
    }

    /** A connection was closed because it was idle; that is no trouble. */
    void closedIdle(TcChannel channel) {
        live--;
        log.debug("{} Closed, because it was idle.", channel);
    }

    /** All connections have lived for a while: what comes next is new. */
    void settled() {
        if (losses > 1) {
            log.info(
                    "[tc {}] The connection is stable again, after {} losses and {} failed attempts.",
                    address,
                    losses,
                    failures);
        }
        losses = 0;
        failures = 0;
        returns = 0;
    }
}

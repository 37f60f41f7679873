package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Where one TC node listens.
 *
 * @param host a name or a literal address; an IPv6 address without brackets
 */
public record TcAddress(String host, int port) {

    public TcAddress {
        if (host.isBlank() || !host.equals(host.strip())) {
            throw new IllegalArgumentException(
                    "The address of a TC needs a host without blanks, not \"" + host + "\".");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("The port of TC " + host + " is " + port + ", outside 1 to 65535.");
        }
    }

    /** Reads "host:port"; an IPv6 address may stand in brackets. The port begins after the last colon. */
    public static TcAddress parse(String text) {
        var trimmed = text.strip();
        var colon = trimmed.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("The address of a TC is written host:port, not \"" + text + "\".");
        }
        var host = trimmed.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new TcAddress(host, Integer.parseInt(trimmed.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The port of TC \"" + text + "\" is no number.", e);
        }
    }

    // What a record has of itself is linked at first use, which takes some 20 ms of a start.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TcAddress that && port == that.port && host.equals(that.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    /** {@code host:port}, as the TC writes its own address at the head of an xid. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}

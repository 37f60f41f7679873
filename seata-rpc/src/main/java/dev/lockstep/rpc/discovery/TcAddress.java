package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Where one TC node listens.
 *
 * @param host a name or a literal address; an IPv6 address without brackets
 * @param port from 1 to 65535
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

    /**
     * Reads "host:port"; an IPv6 address may stand in brackets. The port begins after the last colon.
     *
     * @throws IllegalArgumentException if it is written otherwise
     */
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

    /**
     * Whether an xid begins with this address: {@code host:port:number}, as a TC gives it that calls itself so. Looks at the
     * text as it is; every request asks.
     */
    public boolean heads(String xid) {
        var colon = host.length();
        var end = xid.lastIndexOf(':');
        if (end <= colon + 1 || xid.charAt(colon) != ':' || xid.charAt(colon + 1) == '0' || !xid.startsWith(host)) {
            return false;
        }
        var left = port;
        for (var at = end - 1; at > colon; at--) {
            if (xid.charAt(at) != '0' + left % 10) {
                return false;
            }
            left /= 10;
        }
        return left == 0;
    }

    /** {@code host:port}, as the TC writes its own address at the head of an xid. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}

package dev.lockstep.spring.web;

import dev.lockstep.spring.SeataConfigurationException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The hosts that a property names: names or addresses, in which {@code *} stands for any characters. Immutable. */
final class HostPatterns {

    private static final String ANY = "*";

    private static final Pattern NAME = Pattern.compile("[\\w.*-]+");

    /** Of IPv6, which is the one kind of host that has colons. */
    private static final Pattern ADDRESS = Pattern.compile("[\\p{XDigit}.*]*(:[\\p{XDigit}.*]*){2,}");

    private final List<Pattern> patterns;
    private final boolean all;

    private HostPatterns(List<Pattern> patterns, boolean all) {
        this.patterns = patterns;
        this.all = all;
    }

    /** @throws SeataConfigurationException if one of them can be no host: it would match nothing, and nobody would notice */
    static HostPatterns of(String property, Collection<String> patterns) {
        return new HostPatterns(
                patterns.stream().map(pattern -> compiled(property, pattern)).toList(), patterns.contains(ANY));
    }

    private static Pattern compiled(String property, String pattern) {
        String host = bare(pattern.strip());
        if (!NAME.matcher(host).matches() && !ADDRESS.matcher(host).matches()) {
            throw new SeataConfigurationException(
                    property + " holds '" + pattern + "', which can be no host: a host stands without scheme, port and"
                            + " path, and * stands for any characters in it.",
                    "Write for example\n\n    " + property + "=stock,*.shop.internal,10.1.*\n");
        }
        return Pattern.compile(Pattern.quote(host).replace(ANY, "\\E.*\\Q"));
    }

    boolean match(URI uri) {
        return all || !patterns.isEmpty() && match(hostOf(uri));
    }

    private boolean match(String host) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(host).matches());
    }

    private static String hostOf(URI uri) {
        String host = uri.getHost();
        return bare(host == null ? lenientHostOf(uri) : host);
    }

    /** {@link URI} itself finds no host where there is an underscore, which service names may have. */
    private static String lenientHostOf(URI uri) {
        String authority = uri.getRawAuthority();
        return authority == null
                ? ""
                : authority.substring(authority.lastIndexOf('@') + 1).replaceFirst(":\\d*$", "");
    }

    /** Without what stands around an IPv6 address, and without the dot at the end of a name that is complete. */
    private static String bare(String host) {
        String name = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
    }
}

package dev.lockstep.rpc.codec;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version a TC gave in its registration answer. Some numbers on the wire depend on it: exception codes from 19 on
 * and the branch statuses that may be sent.
 *
 * @param text what the TC said, for messages; "unknown" if it said nothing
 */
public record TcVersion(int major, int minor, String text) {

    /** Before registration, or where the text is no version. Treated as the newest: those TCs know every number. */
    public static final TcVersion UNKNOWN = new TcVersion(Integer.MAX_VALUE, 0, "unknown");

    private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    /** Reads "1.8.0" or "2.1.0-SNAPSHOT"; anything else gives a version that counts as the newest. */
    public static TcVersion parse(@Nullable String text) {
        if (text == null) {
            return UNKNOWN;
        }
        var matcher = MAJOR_MINOR.matcher(text);
        return matcher.matches()
                ? new TcVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), text)
                : new TcVersion(UNKNOWN.major, UNKNOWN.minor, text);
    }

    boolean isBefore(int otherMajor, int otherMinor) {
        return major < otherMajor || (major == otherMajor && minor < otherMinor);
    }

    @Override
    public String toString() {
        return text;
    }
}

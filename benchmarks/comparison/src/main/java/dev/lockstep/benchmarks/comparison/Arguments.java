package dev.lockstep.benchmarks.comparison;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line of {@code --name=value}, and {@code --quick} by itself. What nobody takes is refused. */
final class Arguments {

    private static final String QUICK = "--quick";

    private final String usage;
    private final boolean quick;
    private final Map<String, String> given = new HashMap<>();

    /**
     * @throws IllegalArgumentException if one of them has another form; the usage is in the message, as in all others
     */
    Arguments(String[] arguments, String usage) {
        this.usage = usage;
        quick = Arrays.asList(arguments).contains(QUICK);
        for (var argument : arguments) {
            var equals = argument.indexOf('=');
            if (argument.startsWith("--") && equals > 0) {
                given.put(argument.substring(2, equals), argument.substring(equals + 1));
            } else if (!argument.equals(QUICK)) {
                throw new IllegalArgumentException("Not understood: \"" + argument + "\".\n" + usage);
            }
        }
    }

    boolean quick() {
        return quick;
    }

    String text(String name, String otherwise) {
        var value = given.remove(name);
        return value == null ? otherwise : value;
    }

    List<String> list(String name, String otherwise) {
        return List.of(text(name, otherwise).split(","));
    }

    /** A number, with another default for a quick run. */
    int number(String name, int otherwise, int whenQuick) {
        return Integer.parseInt(text(name, Integer.toString(quick ? whenQuick : otherwise)));
    }

    /** A number of milliseconds, with another default for a quick run. */
    Duration millis(String name, Duration otherwise, Duration whenQuick) {
        return Duration.ofMillis(number(name, (int) otherwise.toMillis(), (int) whenQuick.toMillis()));
    }

    /** To be called when all have been taken. */
    void refuseOthers() {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("Unknown options: " + given.keySet() + ".\n" + usage);
        }
    }
}

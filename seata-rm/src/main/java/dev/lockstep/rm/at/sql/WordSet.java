package dev.lockstep.rm.at.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A set of ASCII words that is asked with stretches of a text, in any case, without making a string of them. Immutable.
 */
public final class WordSet {

    /** No word. */
    public static final WordSet NONE = new WordSet(Set.of());

    private static final int NOT_ASCII = -1;

    private final String[] slots;

    private WordSet(Collection<String> words) {
        var size = Integer.highestOneBit(Math.max(2, words.size() * 4));
        this.slots = new String[size];
        Arrays.fill(slots, "");
        for (String word : words) {
            var slot = hash(word, 0, word.length()) & (size - 1);
            while (!slots[slot].isEmpty()) {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = word;
        }
    }

    /** The words of these texts, which are separated by blanks. */
    public static WordSet of(String... texts) {
        var words = new LinkedHashSet<String>();
        for (String text : texts) {
            for (String word : text.toUpperCase(Locale.ROOT).split("\\s+")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        }
        return new WordSet(words);
    }

    /** The words of a resource beside {@code owner}; lines that begin with {@code #} are remarks. */
    public static WordSet ofResource(Class<?> owner, String name) {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("The word list " + name + " is missing beside " + owner.getName()
                        + ": the jar was taken apart or repackaged without its resources.");
            }
            var text = new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
            return of(text.lines().filter(line -> !line.startsWith("#")).toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The word list " + name + " beside " + owner.getName() + " is unreadable", e);
        }
    }

    /** This set and the words of {@code other}. */
    public WordSet and(WordSet other) {
        var words = new LinkedHashSet<String>();
        for (String[] both : new String[][] {slots, other.slots}) {
            Arrays.stream(both).filter(word -> !word.isEmpty()).forEach(words::add);
        }
        return new WordSet(words);
    }

    /** Whether the stretch of {@code text} from {@code start} to before {@code end} is one of the words. */
    public boolean contains(String text, int start, int end) {
        var hash = hash(text, start, end);
        if (hash == NOT_ASCII) {
            // H2 folds with Unicode's rules: a long s or a ligature may make a keyword there.
            var folded = text.substring(start, end).toUpperCase(Locale.ROOT);
            return hash(folded, 0, folded.length()) != NOT_ASCII && contains(folded, 0, folded.length());
        }
        var slot = hash & (slots.length - 1);
        for (String word = slots[slot]; !word.isEmpty(); word = slots[slot]) {
            if (word.length() == end - start && text.regionMatches(true, start, word, 0, word.length())) {
                return true;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return false;
    }

    /** Whether {@code text} is one of the words. */
    public boolean contains(String text) {
        return contains(text, 0, text.length());
    }

    /** Not negative, and equal for words that differ in the case of ASCII letters; {@link #NOT_ASCII} for others. */
    private static int hash(String text, int start, int end) {
        var hash = end - start;
        var seen = 0;
        for (int i = start; i < end; i++) {
            var c = text.charAt(i);
            seen |= c;
            hash = hash * 31 + (c & 0xdf);
        }
        return seen >= 0x80 ? NOT_ASCII : (hash ^ (hash >>> 15)) & Integer.MAX_VALUE;
    }
}

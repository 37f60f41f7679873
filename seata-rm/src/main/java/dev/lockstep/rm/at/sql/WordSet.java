package dev.lockstep.rm.at.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of ASCII words that is asked with stretches of a text, in any case, without making a string of them. Immutable.
 */
public final class WordSet {

    /** No word. */
    public static final WordSet NONE = new WordSet(Set.of());

    /** Words at the place of their hash or behind it; there is always a free one. */
    private final @Nullable String[] slots;

    private WordSet(Collection<String> words) {
        this.slots = new String[Integer.highestOneBit(Math.max(2, words.size() * 4))];
        for (String word : words) {
            var slot = slot(word.hashCode());
            while (slots[slot] != null) {
                slot = (slot + 1) & (slots.length - 1);
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
        for (@Nullable String[] both : List.of(slots, other.slots)) {
            for (String word : both) {
                if (word != null) {
                    words.add(word);
                }
            }
        }
        return new WordSet(words);
    }

    /** Whether {@code text} is one of the words. */
    public boolean contains(String text) {
        return contains(text, 0, text.length());
    }

    /** Whether the stretch of {@code text} from {@code start} to before {@code end} is one of the words. */
    public boolean contains(String text, int start, int end) {
        return contains(text, start, end, hash(text, start, end));
    }

    /** The same where the {@link #hash} of the stretch is known. */
    boolean contains(String text, int start, int end, int hash) {
        var slot = slot(hash);
        for (var word = slots[slot]; word != null; word = slots[slot]) {
            if (word.hashCode() == hash && isWord(text, start, end, word)) {
                return true;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return false;
    }

    private int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (slots.length - 1);
    }

    /** The hash of the stretch in upper case, as {@link String#hashCode} defines it. */
    static int hash(String text, int start, int end) {
        var hash = 0;
        for (int i = start; i < end; i++) {
            var c = text.charAt(i);
            if (c >= 0x80) {
                return folded(text, start, end).hashCode();
            }
            hash = 31 * hash + (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        }
        return hash;
    }

    /** Whether the stretch of {@code text}, which has the hash of {@code word}, is that word. */
    static boolean isWord(String text, int start, int end, String word) {
        return end - start == word.length()
                ? text.regionMatches(true, start, word, 0, word.length())
                : folded(text, start, end).equals(word);
    }

    /** H2 folds with Unicode's rules: a long s or a ligature may make a keyword there. */
    private static String folded(String text, int start, int end) {
        return text.substring(start, end).toUpperCase(Locale.ROOT);
    }
}

package dev.lockstep.rm.at.sql;

/** A set of keywords. Immutable. */
final class KeywordSet {

    private final boolean[] members = new boolean[Keyword.values().length];

    private KeywordSet() {}

    /** The words of the text, which are separated by blanks. */
    static KeywordSet of(String text) {
        var set = new KeywordSet();
        for (String word : text.strip().split("\\s+")) {
            set.members[Keyword.valueOf(word).ordinal()] = true;
        }
        return set;
    }

    /** This set and the words of {@code other}. */
    KeywordSet and(KeywordSet other) {
        var both = new KeywordSet();
        for (int i = 0; i < members.length; i++) {
            both.members[i] = members[i] || other.members[i];
        }
        return both;
    }

    /** Whether the keyword of this {@link Keyword#ordinal} is in it. */
    boolean contains(int ordinal) {
        return members[ordinal];
    }
}

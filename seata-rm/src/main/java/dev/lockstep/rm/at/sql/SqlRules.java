package dev.lockstep.rm.at.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the recogniser must know of the SQL of one database: a table of facts, given by its dialect. Immutable.
 *
 * @param database its name, for messages
 * @param facts what is true of it
 * @param harmlessWords first words of statements that change neither rows nor names, whatever follows
 * @param namingWords first words of statements that change which table a name means
 * @param statementModifiers words after INSERT, UPDATE or DELETE that change neither the rows nor the result
 * @param harmlessSettings what SET may set without an effect on rows, names or the local transaction
 * @param namingSettings what SET may set to change which table a name means
 * @param namingFunctions functions that change which table a name means
 * @param writingFunctions functions that write rows or objects of this database
 * @param deterministicFunctions functions that give the same value for the same arguments during a local transaction;
 *     any other one counts as volatile
 * @param readingFunctions further functions that leave rows alone, whatever they give; sequences may be taken from
 * @param volatileWords words that are no function calls to look at and change their value all the same
 */
public record SqlRules(
        String database,
        Set<SqlFact> facts,
        WordSet harmlessWords,
        WordSet namingWords,
        WordSet statementModifiers,
        WordSet harmlessSettings,
        WordSet namingSettings,
        WordSet namingFunctions,
        WordSet writingFunctions,
        WordSet deterministicFunctions,
        WordSet readingFunctions,
        WordSet volatileWords) {

    public SqlRules {
        var copy = EnumSet.noneOf(SqlFact.class);
        copy.addAll(facts);
        facts = Collections.unmodifiableSet(copy);
    }

    /** Whether {@code fact} is true of this database. */
    public boolean has(SqlFact fact) {
        return facts.contains(fact);
    }

    /** Rules of {@code database} that know nothing beyond the SQL standard: every doubt is refused. */
    public static Builder builder(String database) {
        return new Builder(database);
    }

    /** Collects rules. Not thread-safe. */
    public static final class Builder {
        private final String database;
        private final EnumSet<SqlFact> facts = EnumSet.noneOf(SqlFact.class);
        private WordSet harmlessWords = WordSet.NONE;
        private WordSet namingWords = WordSet.NONE;
        private WordSet statementModifiers = WordSet.NONE;
        private WordSet harmlessSettings = WordSet.NONE;
        private WordSet namingSettings = WordSet.NONE;
        private WordSet namingFunctions = WordSet.NONE;
        private WordSet writingFunctions = WordSet.NONE;
        private WordSet deterministicFunctions = Words.STANDARD_FUNCTIONS;
        private WordSet readingFunctions = Words.STANDARD_READING;
        private WordSet volatileWords = Words.STANDARD_VOLATILE;

        private Builder(String database) {
            this.database = database;
        }

        public Builder facts(SqlFact... known) {
            facts.addAll(Set.of(known));
            return this;
        }

        public Builder harmlessWords(String... words) {
            harmlessWords = harmlessWords.and(WordSet.of(words));
            return this;
        }

        public Builder namingWords(String... words) {
            namingWords = namingWords.and(WordSet.of(words));
            return this;
        }

        public Builder statementModifiers(String... words) {
            statementModifiers = statementModifiers.and(WordSet.of(words));
            return this;
        }

        public Builder harmlessSettings(String... words) {
            harmlessSettings = harmlessSettings.and(WordSet.of(words));
            return this;
        }

        public Builder namingSettings(String... words) {
            namingSettings = namingSettings.and(WordSet.of(words));
            return this;
        }

        public Builder namingFunctions(String... words) {
            namingFunctions = namingFunctions.and(WordSet.of(words));
            return this;
        }

        public Builder writingFunctions(String... words) {
            writingFunctions = writingFunctions.and(WordSet.of(words));
            return this;
        }

        /** Adds to the functions of the SQL standard, which are known. */
        public Builder deterministicFunctions(WordSet words) {
            deterministicFunctions = deterministicFunctions.and(words);
            return this;
        }

        /** Adds to the functions of the SQL standard, which are known. */
        public Builder readingFunctions(WordSet words) {
            readingFunctions = readingFunctions.and(words);
            return this;
        }

        /** Adds to the words of the SQL standard, which are known. */
        public Builder volatileWords(String... words) {
            volatileWords = volatileWords.and(WordSet.of(words));
            return this;
        }

        public SqlRules build() {
            return new SqlRules(
                    database,
                    facts,
                    harmlessWords,
                    namingWords,
                    statementModifiers,
                    harmlessSettings,
                    namingSettings,
                    namingFunctions,
                    writingFunctions,
                    deterministicFunctions,
                    readingFunctions,
                    volatileWords);
        }
    }
}

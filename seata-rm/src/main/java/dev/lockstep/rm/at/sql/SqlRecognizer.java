package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Keyword.*;

import dev.lockstep.rm.at.sql.Tokens.Kind;
import dev.lockstep.rm.policy.UnknownFunctions;
import java.util.concurrent.atomic.LongAdder;

/**
 * From the text of a statement to its plan, by the rules of one database; fails closed: what is not known to read or to be
 * capturable is {@link RecognizedSql.Refused}. A plan is made once per text and kept while it is used. Thread-safe.
 */
public final class SqlRecognizer {

    /**
     * The comment that a statement begins with to run uncaptured. It holds for anything but what would end the local
     * transaction behind our back.
     */
    public static final String UNCAPTURED_HINT = "/* lockstep:uncaptured */";

    private static final RecognizedSql EXEMPT = new RecognizedSql.Exempt();
    private static final RecognizedSql READ = new RecognizedSql.Read();
    private static final RecognizedSql HARMLESS = new RecognizedSql.Harmless(false);
    private static final RecognizedSql CHANGES_NAMES = new RecognizedSql.Harmless(true);

    /** Is told of statements that may write unseen. */
    public interface Doubts {

        /** A text was met for the first time, or again after long, that calls a function which is on no list. */
        void calls(String function, String sql);
    }

    private final SqlRules rules;
    private final UnknownFunctions unknownFunctions;
    private final Doubts doubts;
    private final Lexer lexer;
    private final PlanCache plans = new PlanCache();
    private final LongAdder plansMade = new LongAdder();

    /** Recognises without a look at functions beyond those that are known to write. */
    public SqlRecognizer(SqlRules rules) {
        this(rules, UnknownFunctions.ALLOW, (function, sql) -> {});
    }

    /** @param doubts is told of unknown functions if they are to be warned of */
    public SqlRecognizer(SqlRules rules, UnknownFunctions unknownFunctions, Doubts doubts) {
        this.rules = rules;
        this.unknownFunctions = unknownFunctions;
        this.doubts = doubts;
        this.lexer = new Lexer(rules);
    }

    /** What {@code sql} means; never fails. */
    public RecognizedSql recognize(String sql) {
        var known = plans.get(sql);
        if (known != null) {
            return known;
        }
        var plan = walk(sql);
        plansMade.increment();
        plans.put(sql, plan);
        return plan;
    }

    /** How many plans are kept. */
    public int plans() {
        return plans.size();
    }

    /** How many plans were made since the start. */
    public long plansMade() {
        return plansMade.sum();
    }

    private RecognizedSql walk(String sql) {
        var tokens = lexer.cut(sql);
        try {
            refuseWhatCannotBeRead(tokens);
            if (isExempt(tokens)) {
                return EXEMPT;
            }
            var plan = statement(tokens);
            if (unknownFunctions != UnknownFunctions.ALLOW && !onlyShows(tokens)) {
                doubtUnknownFunctions(tokens);
            }
            return plan;
        } catch (Refusal refusal) {
            return refusal.refused();
        }
    }

    private static boolean isExempt(Tokens tokens) {
        return tokens.sql().stripLeading().startsWith(UNCAPTURED_HINT)
                && !tokens.isIn(0, Words.TRANSACTION_CONTROL)
                && !tokens.isIn(0, Words.DEFINITION)
                && !tokens.is(0, SET);
    }

    /** Whether the statement tells of what it names and runs nothing. */
    private boolean onlyShows(Tokens tokens) {
        return tokens.isIn(0, Words.EXPLAIN) || tokens.isIn(0, rules.harmlessWords());
    }

    private void doubtUnknownFunctions(Tokens tokens) {
        var call = new FunctionCalls(tokens, rules).firstUnknown();
        if (call == tokens.size()) {
            return;
        }
        if (unknownFunctions == UnknownFunctions.REFUSE) {
            throw new Refusal(
                    "the function " + tokens.excerpt(call) + " is not known to leave rows alone",
                    "Begin the statement with " + UNCAPTURED_HINT
                            + " if it does, or write its rows by INSERT, UPDATE or" + " DELETE.");
        }
        doubts.calls(tokens.excerpt(call), tokens.sql());
    }

    private static void refuseWhatCannotBeRead(Tokens tokens) {
        var ended = false;
        for (int at = 0; at < tokens.size(); at++) {
            if (tokens.isSymbol(at, ';')) {
                ended = true;
            } else if (ended) {
                throw new Refusal("a second statement begins with '" + tokens.excerpt(at) + "'", "Send one at a time.");
            }
            if (tokens.kind(at) == Kind.EXECUTABLE_COMMENT) {
                throw new Refusal(
                        "the comment '" + tokens.excerpt(at) + "' is SQL in some versions and nothing in others",
                        "Write the statement for the version that runs it.");
            }
            if (tokens.kind(at) == Kind.UNTERMINATED) {
                throw new Refusal(
                        "'" + tokens.sql().charAt(tokens.start(at)) + "' at position " + (tokens.start(at) + 1)
                                + " opens a string, name or comment that never ends",
                        "Correct the statement: " + "the database would not accept it.");
            }
        }
    }

    private RecognizedSql statement(Tokens tokens) {
        var first = 0;
        while (tokens.isSymbol(first, '(')) {
            first++;
        }
        if (tokens.isIn(first, Words.QUERY)) {
            return query(tokens, first);
        }
        if (first > 0 || tokens.kind(first) == Kind.SYMBOL && !tokens.isSymbol(first, ';')) {
            throw notKnown(tokens, first);
        }
        if (tokens.is(0, INSERT)) {
            return new InsertWalker(tokens, rules, 0).insert();
        }
        if (tokens.is(0, UPDATE)) {
            return new ClauseWalker(tokens, rules, 0).update();
        }
        if (tokens.is(0, DELETE)) {
            return new ClauseWalker(tokens, rules, 0).delete();
        }
        if (tokens.is(0, REPLACE) && (rules.has(SqlFact.REPLACE_DELETES) || rules.has(SqlFact.MERGE_BY_KEY))) {
            return new InsertWalker(tokens, rules, 0).replace();
        }
        if (tokens.is(0, MERGE) && rules.has(SqlFact.MERGE_BY_KEY)) {
            return new InsertWalker(tokens, rules, 0).merge();
        }
        if (tokens.is(0, SET)) {
            return new SettingWalker(tokens, rules).changesNames() ? CHANGES_NAMES : HARMLESS;
        }
        if (tokens.isIn(0, Words.EXPLAIN)) {
            return explained(tokens);
        }
        if (tokens.isIn(0, rules.harmlessWords()) || tokens.size() == 0 || tokens.isSymbol(0, ';')) {
            return HARMLESS;
        }
        if (tokens.isIn(0, rules.namingWords())) {
            return CHANGES_NAMES;
        }
        if (rules.has(SqlFact.CALL_EVALUATES) && tokens.is(0, CALL) && tokens.are(1, NEXT, VALUE, FOR)) {
            new HiddenWrites(tokens, rules).refuseWrites(1);
            return READ;
        }
        throw notKnown(tokens, 0);
    }

    private RecognizedSql query(Tokens tokens, int first) {
        var hiddenWrites = new HiddenWrites(tokens, rules);
        if (tokens.is(first, WITH)) {
            var verb = dataChangeBehindWith(tokens, first);
            if (verb < tokens.size()) {
                hiddenWrites.refuseWritesAndLocks(first, verb);
                return behindWith(tokens, first, verb);
            }
        }
        if (first == 0 && tokens.is(0, SELECT) && hiddenWrites.firstLockingClause(0) < tokens.size()) {
            return new ClauseWalker(tokens, rules, 0).lockingRead();
        }
        hiddenWrites.refuseWritesAndLocks(first);
        return hiddenWrites.changeNames(first) ? CHANGES_NAMES : READ;
    }

    private RecognizedSql behindWith(Tokens tokens, int first, int verb) {
        if (first == 0 && tokens.isSymbol(verb - 1, ')')) {
            if (tokens.is(verb, INSERT)) {
                return new InsertWalker(tokens, rules, verb).insert();
            }
            if (tokens.is(verb, UPDATE)) {
                return new ClauseWalker(tokens, rules, verb).update();
            }
            if (tokens.is(verb, DELETE)) {
                return new ClauseWalker(tokens, rules, verb).delete();
            }
        }
        throw new Refusal(
                "'" + tokens.excerpt(verb) + "' behind WITH is not captured",
                "Write the sub-query into the statement, or read first and write then.");
    }

    /**
     * The verb behind the last common table expression, or any other one that stands outside of parentheses; the number of
     * tokens if there is none.
     */
    private static int dataChangeBehindWith(Tokens tokens, int first) {
        var depth = 0;
        for (int at = first; at < tokens.size(); at++) {
            if (tokens.isSymbol(at, '(')) {
                depth++;
            } else if (tokens.isSymbol(at, ')')) {
                depth--;
            } else if (depth <= 0 && tokens.isIn(at, Words.DATA_CHANGE) && isVerb(tokens, at)) {
                return at;
            }
        }
        return tokens.size();
    }

    private static boolean isVerb(Tokens tokens, int at) {
        var named = tokens.isSymbol(at - 1, '.')
                || tokens.isSymbol(at - 1, ',')
                || tokens.is(at - 1, WITH)
                || tokens.is(at - 1, RECURSIVE)
                || tokens.is(at - 1, AS);
        var locks = tokens.is(at - 1, FOR) || tokens.is(at - 1, KEY);
        var called = tokens.isSymbol(at + 1, '(') && tokens.isIn(at, Words.VERB_AND_FUNCTION);
        return !named && !locks && !called;
    }

    /** EXPLAIN runs nothing, except with ANALYZE. */
    private RecognizedSql explained(Tokens tokens) {
        for (int at = 1; at < tokens.size(); at++) {
            if (tokens.isIn(at, Words.QUERY) || tokens.isIn(at, Words.DATA_CHANGE)) {
                return HARMLESS;
            }
            if (tokens.is(at, ANALYZE) || tokens.is(at, ANALYSE)) {
                throw new Refusal(
                        "'" + tokens.excerpt(0) + " " + tokens.excerpt(at) + "' runs what it explains",
                        "Leave " + tokens.excerpt(at) + " out, or run it outside of the global transaction.");
            }
        }
        return HARMLESS;
    }

    private static Refusal notKnown(Tokens tokens, int at) {
        var word = tokens.excerpt(at);
        if (tokens.isIn(at, Words.TRANSACTION_CONTROL)) {
            return new Refusal(
                    word + " is transaction control as SQL text, which would end the local transaction behind our back",
                    "Use the methods of java.sql.Connection.");
        }
        if (tokens.isIn(at, Words.DEFINITION)) {
            return new Refusal(
                    word + " changes definitions, and in many databases commits the local transaction",
                    "Run it outside of the global transaction.");
        }
        if (tokens.isIn(at, Words.PROCEDURE) || tokens.isSymbol(at, '{')) {
            return new Refusal(
                    "a call may write rows that nobody sees",
                    "Send the procedure's statements one by one, or call it outside of the global transaction.");
        }
        return new Refusal(
                word + " is not captured",
                "Write the rows by INSERT with VALUES, UPDATE or DELETE, or run it outside of the global transaction.");
    }
}

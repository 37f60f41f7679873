package dev.lockstep.rm.at.dialect;

import dev.lockstep.rm.at.sql.SqlRules;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a session may have of its own, and how its local transactions begin. Immutable.
 *
 * @param query for the database in which the session looks for names that stand alone and for the mode in which it reads SQL;
 *     null where JDBC tells the first and there is only one mode
 * @param rulesByMode what the mode in the second column of the query means; null where there is only one
 * @param transactionStart the statement that begins a local transaction in autocommit mode, which COMMIT or ROLLBACK then end;
 *     null where drivers change the mode without a round trip
 * @param committedByMode whether a local transaction is committed by the change to autocommit mode, because a driver that is in that
 *     mode already sends nothing when it is told so
 * @param own what a local transaction of the RM's own sets for its session; null where nothing can be set
 * @param lastGeneratedNumber query for the number that the session was given last for a new row, with {@code %s} for nothing, or
 *     for the number that it shall have been; null where no session knows one, or none can be told
 * @param followsTransactions whether the end of a local transaction, or a rollback to a savepoint, may take back what was set in it:
 *     where names that stand alone are looked for
 */
public record SessionFacts(
        @Nullable String query,
        @Nullable Function<String, SqlRules> rulesByMode,
        @Nullable String transactionStart,
        boolean committedByMode,
        @Nullable OwnSession own,
        @Nullable String lastGeneratedNumber,
        boolean followsTransactions) {

    /** What JDBC says. */
    public static final SessionFacts STANDARD = new SessionFacts(null, null, null, false, null, null, false);

    /** What each session may have made of its own. */
    public SessionFacts with(String sessionQuery, Function<String, SqlRules> rules) {
        return new SessionFacts(
                sessionQuery, rules, transactionStart, committedByMode, own, lastGeneratedNumber, followsTransactions);
    }

    /** See {@link #transactionStart}. */
    public SessionFacts begunBy(@Nullable String statement) {
        return new SessionFacts(
                query, rulesByMode, statement, committedByMode, own, lastGeneratedNumber, followsTransactions);
    }

    /** See {@link #committedByMode}. */
    public SessionFacts committedByMode(boolean value) {
        return new SessionFacts(
                query, rulesByMode, transactionStart, value, own, lastGeneratedNumber, followsTransactions);
    }

    /** See {@link #own}. */
    public SessionFacts ownWork(OwnSession settings) {
        return new SessionFacts(
                query,
                rulesByMode,
                transactionStart,
                committedByMode,
                settings,
                lastGeneratedNumber,
                followsTransactions);
    }

    /** See {@link #lastGeneratedNumber}. */
    public SessionFacts lastGeneratedNumber(String lastNumber) {
        return new SessionFacts(
                query, rulesByMode, transactionStart, committedByMode, own, lastNumber, followsTransactions);
    }

    /** See {@link #followsTransactions}. */
    public SessionFacts followingTransactions() {
        return new SessionFacts(query, rulesByMode, transactionStart, committedByMode, own, lastGeneratedNumber, true);
    }
}

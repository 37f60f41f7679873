package dev.lockstep.rm.at.dialect;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What errors of the database mean. Immutable.
 *
 * @param uniqueViolationStates SQLStates of a unique key that holds the value already
 * @param uniqueViolationCodes error codes of the vendor for the same, where the SQLState says less
 * @param commitFailureStates SQLStates, or their beginnings, that prove a failed commit
 * @param localTransactionEnds error codes of {@link #endLocalTransaction}
 * @param localTransactionMayEnd queries of one value, by error code, for whether that is so
 */
public record Errors(
        Set<String> uniqueViolationStates,
        Set<Integer> uniqueViolationCodes,
        List<String> commitFailureStates,
        Set<Integer> localTransactionEnds,
        Map<Integer, String> localTransactionMayEnd) {

    /** MariaDB's driver has gone to another session, or server, in a local transaction (3.5, MultiPrimaryClient). */
    private static final String CONNECTED_ANEW = "25S03";

    /** What standard SQL says. */
    public static final Errors STANDARD =
            new Errors(Set.of("23505"), Set.of(), List.of("23", "40"), Set.of(), Map.of());

    public Errors {
        uniqueViolationStates = Set.copyOf(uniqueViolationStates);
        uniqueViolationCodes = Set.copyOf(uniqueViolationCodes);
        commitFailureStates = List.copyOf(commitFailureStates);
        localTransactionEnds = Set.copyOf(localTransactionEnds);
        localTransactionMayEnd = Map.copyOf(localTransactionMayEnd);
    }

    /** Only the vendor's codes tell a unique key that holds the value already. */
    public Errors uniqueViolations(Set<Integer> codes) {
        return new Errors(Set.of(), codes, commitFailureStates, localTransactionEnds, localTransactionMayEnd);
    }

    /** See {@link #commitFailureStates}. */
    public Errors commitFailures(List<String> states) {
        return new Errors(
                uniqueViolationStates, uniqueViolationCodes, states, localTransactionEnds, localTransactionMayEnd);
    }

    /** Error codes of {@link #endLocalTransaction}, and queries by error code that tell of others. */
    public Errors localTransactionEnds(Set<Integer> always, Map<Integer, String> perhaps) {
        return new Errors(uniqueViolationStates, uniqueViolationCodes, commitFailureStates, always, perhaps);
    }

    /** Whether the statement failed because a unique key holds the value already. */
    public boolean isUniqueViolation(SQLException e) {
        return uniqueViolationCodes.contains(e.getErrorCode())
                || e.getSQLState() != null && uniqueViolationStates.contains(e.getSQLState());
    }

    /**
     * Whether this error of a commit proves that nothing was committed. Any other error leaves it unknown: the database
     * may have committed and its answer may have been lost.
     */
    public boolean proveCommitFailed(SQLException e) {
        String state = e.getSQLState();
        // 40003 is the standard's own "statement completion unknown".
        return state != null
                && !state.equals("40003")
                && commitFailureStates.stream().anyMatch(state::startsWith);
    }

    /**
     * Whether the database has rolled the whole local transaction back when a statement ends with this error, although the
     * next statement runs as if nothing had happened: drivers that connect anew do so unasked.
     */
    public boolean endLocalTransaction(SQLException e) {
        return localTransactionEnds.contains(e.getErrorCode()) || losesConnection(e);
    }

    private static boolean losesConnection(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || state.equals(CONNECTED_ANEW))
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLRecoverableException;
    }

    /** Query of one value for whether the same is true of this error, where the server's settings say it; or null. */
    public @Nullable String endLocalTransactionQuery(SQLException e) {
        return localTransactionMayEnd.get(e.getErrorCode());
    }
}

package dev.lockstep.rm.at.dialect;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a rollback writes rows back. Immutable.
 *
 * @param explicitIdentityClause what stands between columns and VALUES so that an identity column takes the value given; may be
 *     empty
 * @param rowsTogether how many rows of one change it writes back by one statement; 1 where it gains nothing by more
 * @param universalTime how a session comes to show moments in UTC; null where no values of {@link ColumnForm#MOMENT_TEXT} are,
 *     which it shows by the clock of its zone
 * @param documents types of which the text of a value may be stored as another, with a query of what a text becomes, which is its
 *     only parameter: numbers in JSON change their form
 * @param laxSession how a value is written back that a strict session refuses; null where there is none
 */
public record Replay(
        String explicitIdentityClause,
        int rowsTogether,
        @Nullable UniversalTime universalTime,
        Map<String, String> documents,
        @Nullable LaxSession laxSession) {

    /** Identity columns take any value, each row has a statement of its own, and moments are the same everywhere. */
    public static final Replay STANDARD = new Replay("", 1, null, Map.of(), null);

    public Replay {
        documents = Map.copyOf(documents);
    }

    /** See {@link #explicitIdentityClause}. */
    public Replay identityGivenBy(String clause) {
        return new Replay(clause, rowsTogether, universalTime, documents, laxSession);
    }

    /** See {@link #rowsTogether}. */
    public Replay rowsTogether(int most) {
        return new Replay(explicitIdentityClause, most, universalTime, documents, laxSession);
    }

    /** See {@link #universalTime}. */
    public Replay inUniversalTimeBy(UniversalTime how) {
        return new Replay(explicitIdentityClause, rowsTogether, how, documents, laxSession);
    }

    /** See {@link #documents}. */
    public Replay storingDocumentsAs(Map<String, String> queryByTypeName) {
        return new Replay(explicitIdentityClause, rowsTogether, universalTime, queryByTypeName, laxSession);
    }

    /** See {@link #laxSession}. */
    public Replay laxlyBy(LaxSession how) {
        return new Replay(explicitIdentityClause, rowsTogether, universalTime, documents, how);
    }
}

package dev.lockstep.rm.at.sql;

/**
 * Leaves the walk through a statement that cannot be captured. Never seen outside this package:
 * {@link SqlRecognizer} turns it into {@link RecognizedSql.Refused}. Without a stack trace, since it is no fault.
 */
final class Refusal extends RuntimeException {

    private static final int LONGEST_REASON = 300;

    private final transient RecognizedSql.Refused refused;

    Refusal(String reason, String wayOut) {
        super(reason, null, false, false);
        this.refused = new RecognizedSql.Refused(
                reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...", wayOut);
    }

    RecognizedSql.Refused refused() {
        return refused;
    }
}

package dev.lockstep.testing.contract;

import java.util.Set;

/**
 * Where coordinators differ in what their clients can see. Measured on TC 1.4.2, 1.5.0, 1.6.1, 1.7.1, 1.8.0 and 2.0.0.
 *
 * @param rollsBackForward branches are rolled back in the order of their registration instead of the reverse (2.0.0 only)
 * @param failsFastOnRollingBackHolder a lock conflict that waiting cannot solve has a code of its own (1.5 and later)
 * @param unretryableRollbackKeepsLocks after a branch can never be rolled back the global transaction stays, with its locks
 *     (1.5 and later); otherwise it ends and its locks are free
 * @param unretryableCommitEnds after an AT branch can never be committed nothing more is committed (1.5 and later);
 *     otherwise it is tried again for ever
 * @param reportReplacesApplicationData the data of a branch report takes the place of the registration's (1.5 and later)
 */
public record CoordinatorTraits(
        boolean rollsBackForward,
        boolean failsFastOnRollingBackHolder,
        boolean unretryableRollbackKeepsLocks,
        boolean unretryableCommitEnds,
        boolean reportReplacesApplicationData) {

    private static final Set<String> LATER_VERSIONS = Set.of("1.5.0", "1.6.1", "1.7.1", "1.8.0", "2.0.0");

    /** The traits of a published TC. */
    public static CoordinatorTraits ofTc(String version) {
        if (version.equals("1.4.2")) {
            return new CoordinatorTraits(false, false, false, false, false);
        }
        if (!LATER_VERSIONS.contains(version)) {
            throw new IllegalArgumentException("Nothing is known of TC version \"" + version + "\".");
        }
        return new CoordinatorTraits(version.equals("2.0.0"), true, true, true, true);
    }
}

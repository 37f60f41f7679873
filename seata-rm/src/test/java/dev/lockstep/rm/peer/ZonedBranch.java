package dev.lockstep.rm.peer;

import dev.lockstep.rm.ResourceManagerOptions;
import java.util.Arrays;

/**
 * A program of its own, for a time zone of its own: writes a branch and leaves it open, or rolls it back. Arguments: {@code
 * write} or {@code undo}, driver's data source class, URL, user, and the statements to write.
 */
final class ZonedBranch {

    private static final String XID = "10.0.0.5:8091:2612345678901234567";
    private static final long BRANCH = 2612345678901234568L;

    private ZonedBranch() {}

    public static void main(String[] arguments) throws Exception {
        try (OurClient client = new OurClient(
                LockstepInstance.dataSource(arguments[1], arguments[2], arguments[3]),
                arguments[2],
                ResourceManagerOptions.defaults())) {
            if (arguments[0].equals("write")) {
                client.write(XID, BRANCH, Arrays.copyOfRange(arguments, 4, arguments.length));
            } else {
                client.rollBack(XID, BRANCH);
            }
        }
        System.exit(0);
    }
}

package dev.lockstep.rm.at;

import java.sql.SQLException;

/** A program of its own, for a heap of its own: 20,000 rows of some width in one branch, updated and rolled back. */
final class BigBranch {

    static final int ROWS = 20_000;

    private BigBranch() {}

    public static void main(String[] arguments) throws SQLException {
        try (Rig rig = new Rig("")) {
            rig.plain(
                    "CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(100), amount INT, note VARCHAR(200), at TIMESTAMP(6))",
                    "INSERT INTO big SELECT x, 'name ' || x, x, REPEAT('n', 100), TIMESTAMP '2024-01-02 03:04:05.123456'"
                            + " FROM SYSTEM_RANGE(1, " + ROWS + ")");
            rig.rolledBack(() -> {
                int changed = rig.update("UPDATE big SET name = 'x', amount = -1, note = REPEAT('m', 120), at = NULL");
                if (changed != ROWS) {
                    throw new IllegalStateException(changed + " rows");
                }
                System.out.println(
                        "undo log of " + rig.number("SELECT LENGTH(rollback_info) FROM undo_log") + " bytes");
            });
            long same = rig.number("SELECT COUNT(*) FROM big WHERE name = 'name ' || id AND amount = id"
                    + " AND note = REPEAT('n', 100) AND at = TIMESTAMP '2024-01-02 03:04:05.123456'");
            System.out.println("as before: " + same);
            System.exit(same == ROWS ? 0 : 1);
        }
    }
}

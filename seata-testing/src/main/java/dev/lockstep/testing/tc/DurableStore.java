package dev.lockstep.testing.tc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The TC's database store on an H2 file in its own folder. The driver lies on the server's class path.
 *
 * <p>Needed where a TC is killed: with file store a TC does not write down that it decided to commit a transaction of AT
 * branches. Killed within the second before their phase two is done, it finds them open after the restart and rolls them
 * back, though it had answered "committed" and freed their locks (TC 1.8.0, measured, and read off its session store).
 */
final class DurableStore {

    private static final String SCRIPT = "store-h2.sql";

    private DurableStore() {}

    /** Puts the tables' script where {@link #systemProperties} expects it. */
    static void writeScript(Path folder) throws IOException {
        try (InputStream script = DurableStore.class.getResourceAsStream(SCRIPT)) {
            Files.write(
                    folder.resolve(SCRIPT),
                    Objects.requireNonNull(script, SCRIPT).readAllBytes());
        }
    }

    /** What tells the server to use it. Write delay 0: it writes as early as it can. */
    static Map<String, String> systemProperties(Path folder) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("seata.store.mode", "db");
        properties.put("seata.store.session.mode", "db");
        properties.put("seata.store.lock.mode", "db");
        properties.put("seata.store.db.datasource", "hikari");
        properties.put("seata.store.db.db-type", "h2");
        properties.put("seata.store.db.driver-class-name", "org.h2.Driver");
        properties.put(
                "seata.store.db.url",
                "jdbc:h2:" + folder.resolve("store") + ";MODE=MySQL;WRITE_DELAY=0;INIT=RUNSCRIPT FROM '"
                        + folder.resolve(SCRIPT) + "'");
        properties.put("seata.store.db.user", "sa");
        properties.put("seata.store.db.password", "sa");
        properties.put("seata.store.db.global-table", "global_table");
        properties.put("seata.store.db.branch-table", "branch_table");
        properties.put("seata.store.db.lock-table", "lock_table");
        properties.put("seata.store.db.distributed-lock-table", "distributed_lock");
        return properties;
    }
}

package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

class UndoLogPropertiesTest {

    @ParameterizedTest
    @CsvSource({
        "true, gzip, 1, compressorType=GZIP",
        "true, gzip, 1m, compressorType=NONE",
        "true, zip, 1, compressorType=ZIP",
        "false, gzip, 1, compressorType=NONE"
    })
    void an_undo_log_is_packed_as_the_official_properties_say(
            boolean enable, String type, String threshold, String context) {
        DataSource database = StockDatabase.create();
        try (InMemoryCoordinator tc = InMemoryCoordinator.open()) {
            InMemoryClient client = tc.connect("shop");
            Contexts.on(client)
                    .withPropertyValues(
                            "seata.client.undo.compress.enable=" + enable,
                            "seata.client.undo.compress.type=" + type,
                            "seata.client.undo.compress.threshold=" + threshold)
                    .withBean(DataSource.class, () -> database)
                    .run(application -> {
                        JdbcTemplate ours = new JdbcTemplate(application.getBean(DataSource.class));

                        application
                                .getBean(GlobalTransactionTemplate.class)
                                .execute(GlobalTransactionDefinition.named("sell"), () -> {
                                    ours.update("UPDATE stock SET amount = 9 WHERE id = 1");
                                    assertThat(new JdbcTemplate(database)
                                                    .queryForObject("SELECT context FROM undo_log", String.class))
                                            .contains(context);
                                    return null;
                                });
                    });
        }
    }
}

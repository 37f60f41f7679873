package dev.lockstep.rm.at.dialect.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.sql.SqlFact;
import org.junit.jupiter.api.Test;

final class MySqlDialectProviderTest {

    @Test
    void the_resource_id_is_the_url_without_its_parameters() {
        assertThat(MySqlDialectProvider.resourceId("jdbc:mysql://db:3306/shop?useSSL=false"))
                .isEqualTo("jdbc:mysql://db:3306/shop");
        assertThat(MySqlDialectProvider.resourceId("jdbc:mariadb://db:3306/shop?user=root"))
                .isEqualTo("jdbc:mariadb://db:3306/shop");
    }

    @Test
    void hosts_that_take_turns_are_parted_by_bars_since_a_comma_parts_resource_ids() {
        assertThat(MySqlDialectProvider.resourceId("jdbc:mysql:loadbalance://a:1,b:2/shop?x=1"))
                .isEqualTo("jdbc:mysql:loadbalance://a:1|b:2/shop");
        assertThat(MySqlDialectProvider.resourceId("jdbc:mysql:replication://a:1,b:2/shop"))
                .isEqualTo("jdbc:mysql:replication://a:1|b:2/shop");
    }

    @Test
    void the_sql_mode_decides_what_quotes_and_backslashes_mean() {
        assertThat(MySqlRules.rules("MySQL", "").facts())
                .contains(SqlFact.DOUBLE_QUOTED_STRINGS, SqlFact.BACKSLASH_ESCAPES);
        assertThat(MySqlRules.rules("MySQL", "ansi_quotes,NO_BACKSLASH_ESCAPES").facts())
                .doesNotContain(SqlFact.DOUBLE_QUOTED_STRINGS, SqlFact.BACKSLASH_ESCAPES);
    }
}

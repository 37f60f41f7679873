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

    @Test
    void a_session_that_mysqls_driver_may_replace_is_found_by_its_url() {
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql:loadbalance://a:1,b:2/shop"))
                .isTrue();
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql://a/shop?x=1&autoReconnect=true"))
                .isTrue();
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql://a/shop?AUTORECONNECTFORPOOLS=yes"))
                .isTrue();
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql://(host=a,autoReconnect=true)/shop"))
                .isTrue();

        for (String url : new String[] {
            "jdbc:mysql://a:1,b:2/shop",
            "jdbc:mysql://address=(host=a)(path=/run/x),address=(host=b)/shop",
            "jdbc:mysql://[a:1,b:2]/shop",
            "jdbc:mysql:replication://a:1,b:2/shop",
            "jdbc:mysql+srv://cluster/shop",
            "jdbc:mysql+srv:loadbalance://cluster/shop",
            "jdbc:mysql://cluster/shop?dnsSrv=true",
            "jdbc:aws-wrapper:mysql://cluster/shop",
            "jdbc:mariadb:sequential://a,b/shop"
        }) {
            assertThat(MySqlDialectProvider.mayChangeServers(url)).as(url).isTrue();
        }

        for (String url : new String[] {
            "jdbc:mysql://a:1/shop", "jdbc:mysql://a:1/shop?sessionVariables=a=1,b=2", "jdbc:mysql:///shop"
        }) {
            assertThat(MySqlDialectProvider.mayChangeServers(url)).as(url).isFalse();
        }
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql://a/shop?autoReconnect=false"))
                .isFalse();
        assertThat(MySqlDialectProvider.mayChangeServers("jdbc:mysql://a/shop?noAutoReconnect=true"))
                .isFalse();
    }

    @Test
    void the_driver_that_knows_the_mode_is_mariadbs_with_one_host() {
        assertThat(MySqlDialectProvider.knowsTheMode("MariaDB Connector/J", "jdbc:mariadb://a:1/shop?x=1,2"))
                .isTrue();

        assertThat(MySqlDialectProvider.knowsTheMode("MySQL Connector/J", "jdbc:mysql://a:1/shop"))
                .isFalse();
        for (String url : new String[] {
            "jdbc:mariadb://a:1,b:2/shop", "jdbc:mariadb:sequential://a/shop", "jdbc:mariadb:load-balance-read://a/shop"
        }) {
            assertThat(MySqlDialectProvider.knowsTheMode("MariaDB Connector/J", url))
                    .as(url)
                    .isFalse();
        }
    }
}

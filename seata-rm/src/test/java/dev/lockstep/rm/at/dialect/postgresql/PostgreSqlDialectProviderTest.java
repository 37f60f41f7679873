package dev.lockstep.rm.at.dialect.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgreSqlDialectProviderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    jdbc:postgresql://h:5432/db                                    | jdbc:postgresql://h:5432/db
                    jdbc:postgresql://h/db?ssl=true                                | jdbc:postgresql://h/db
                    jdbc:postgresql://h/db?ssl=true&currentSchema=a&x=y            | jdbc:postgresql://h/db?currentSchema=a
                    jdbc:postgresql://h/db?currentSchema=a,public                  | jdbc:postgresql://h/db?currentSchema=a!public
                    jdbc:postgresql://a:1,b:2/db?currentSchema=a,b                 | jdbc:postgresql://a:1~b:2/db?currentSchema=a!b
                    jdbc:postgresql://h/db?                                        | jdbc:postgresql://h/db
                    """)
    void the_resource_id_is_the_official_one(String url, String resourceId) {
        assertThat(PostgreSqlDialectProvider.resourceId(url)).isEqualTo(resourceId.replace('~', '|'));
    }
}

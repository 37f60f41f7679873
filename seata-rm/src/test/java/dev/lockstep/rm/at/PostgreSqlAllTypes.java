package dev.lockstep.rm.at;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table with a column of every type of PostgreSQL that can be captured, and two values for each. */
public final class PostgreSqlAllTypes {

    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    private PostgreSqlAllTypes() {}

    private static void add(String type, String one, String other) {
        String column = "c" + TYPES.size();
        TYPES.put(column, type);
        VALUES.put(column, List.of(one, other));
    }

    static {
        add("BOOLEAN", "TRUE", "FALSE");
        add("SMALLINT", "-32768", "1");
        add("INTEGER", "-2147483648", "2147483647");
        add("BIGINT", "-9223372036854775808", "9007199254740993");
        add("DECIMAL(30, 10)", "12345678901234567890.1234567890", "0.0000000001");
        add("NUMERIC", "1.500", "'NaN'");
        add("NUMERIC(9, 2)", "'NaN'", "0.10");
        add("REAL", "1.1", "'-Infinity'");
        add("REAL", "'NaN'", "3.4028235E38");
        add("DOUBLE PRECISION", "0.1", "'Infinity'");
        add("MONEY", "12.34", "-0.01");
        add("CHAR(5)", "'ab'", "' c'");
        add("VARCHAR(100)", "'quote '' back \\ line' || CHR(10)", "U&'\\4e2d\\+01f600'");
        add("TEXT", "REPEAT('text', 3000)", "''");
        add("BYTEA", "'\\x000102'", "''");
        add("DATE", "DATE '2024-02-29'", "DATE '1500-03-01'");
        add("DATE", "DATE '0044-03-15 BC'", "DATE 'infinity'");
        add("TIMESTAMP", "'infinity'", "'0044-03-15 10:00:00 BC'");
        add("TIMESTAMPTZ", "'-infinity'", "'294276-01-01 00:00:00+00'");
        add("TIME", "'24:00:00'", "'00:00:00.000001'");
        add("TIME(6)", "TIME '23:59:59.999999'", "TIME '00:00:00'");
        add("TIME WITH TIME ZONE", "'10:00:00.5+05:30'", "'10:00:00-11:00'");
        add("TIMESTAMP(6)", "TIMESTAMP '2024-03-10 02:30:00.123456'", "TIMESTAMP '0001-01-01 00:00:00'");
        add("TIMESTAMP WITH TIME ZONE", "'2024-10-27 02:30:00.000001+02:00'", "'2024-10-27 02:30:00+01:00'");
        add("INTERVAL", "'1 year 2 mons -3 days 04:05:06.789'", "'-00:00:00.000001'");
        add("UUID", "'00112233-4455-6677-8899-aabbccddeeff'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        add("BIT(3)", "B'101'", "B'000'");
        add("BIT(1)", "B'1'", "B'0'");
        add("BIT VARYING(9)", "B'1'", "B''");
        add("JSON", "'{\"b\": [1, 2.50,  null], \"a\":1}'", "'\"text\"'");
        add("JSONB", "'{\"a\": [1, 2.50, null]}'", "'null'");
        add("XML", "'<a>1</a>'", "'<b/>'");
        add("INTEGER[]", "'{{1,2},{3,NULL}}'", "'{}'");
        add("TEXT[]", "ARRAY['a,b', 'c\"d', NULL, '']", "'[2:3]={x,y}'");
        add("mood", "'sad'", "'so happy'");
        add("pair", "ROW(1, 'a,b')", "ROW(NULL, '')");
        add("positive", "1", "2");
        add("INT4RANGE", "'[1,5)'", "'empty'");
        add("TSTZRANGE", "'[2024-01-01 00:00:00+00,)'", "'(,)'");
        add("INET", "'192.168.0.1/24'", "'::1'");
        add("CIDR", "'10.0.0.0/8'", "'::/0'");
        add("MACADDR", "'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'");
        add("POINT", "'(1.5,-2)'", "'(0,0)'");
        add("POLYGON", "'((0,0),(1,1),(2,0))'", "'((5,5))'");
        add("TSVECTOR", "'fat:2 cat:3A'", "''");
        add("PG_LSN", "'16/B374D848'", "'0/0'");
    }

    /** The types that users would have made. */
    public static String[] preparation() {
        return new String[] {
            "CREATE TYPE mood AS ENUM ('sad', 'so happy')",
            "CREATE TYPE pair AS (x INT, y TEXT)",
            "CREATE DOMAIN positive AS INT CHECK (VALUE > 0)"
        };
    }

    public static String table() {
        return "CREATE TABLE all_types (id INT PRIMARY KEY, "
                + String.join(
                        ", ",
                        TYPES.entrySet().stream()
                                .map(column -> column.getKey() + " " + column.getValue())
                                .toList())
                + ")";
    }

    public static Map<String, List<String>> values() {
        return VALUES;
    }

    /** The type of each column, as DDL writes it. */
    public static Map<String, String> types() {
        return new LinkedHashMap<>(TYPES);
    }
}

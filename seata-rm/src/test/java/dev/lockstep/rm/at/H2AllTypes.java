package dev.lockstep.rm.at;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A table with a column of every type of H2 that can be captured, and two values for each. */
final class H2AllTypes {

    private H2AllTypes() {}

    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    private static void add(String type, String one, String other) {
        String column = "c" + TYPES.size();
        TYPES.put(column, type);
        VALUES.put(column, List.of(one, other));
    }

    static {
        add("BOOLEAN", "TRUE", "FALSE");
        add("TINYINT", "-128", "127");
        add("SMALLINT", "-32768", "1");
        add("INTEGER", "-2147483648", "2147483647");
        add("BIGINT", "-9223372036854775808", "9007199254740993");
        add("DECIMAL(30, 10)", "12345678901234567890.1234567890", "0.0000000001");
        add("NUMERIC(5)", "12300", "4500");
        add("DECFLOAT", "1.50E+100", "-0.000123");
        add("REAL", "1.1", "3.4028235E38");
        add("DOUBLE PRECISION", "0.1", "4.9E-324");
        add("CHAR(5)", "'ab'", "' c'");
        add("VARCHAR(100)", "'quote '' back \\ line' || CHAR(10)", "U&'\\4e2d\\+01f600'");
        add("VARCHAR_IGNORECASE(10)", "'AbC'", "'abd'");
        add("CHARACTER LARGE OBJECT", "REPEAT('clob', 3000)", "''");
        add("BINARY(3)", "X'000102'", "X'ffffff'");
        add("VARBINARY(10)", "X'00ff'", "X''");
        add("BINARY LARGE OBJECT", "X'0102030405'", "X''");
        add("DATE", "DATE '2024-02-29'", "DATE '1500-03-01'");
        add("TIME(9)", "TIME '23:59:59.999999999'", "TIME '00:00:00'");
        add("TIMESTAMP(9)", "TIMESTAMP '2024-03-10 02:30:00.123456789'", "TIMESTAMP '0001-01-01 00:00:00'");
        add("TIME(9) WITH TIME ZONE", "TIME WITH TIME ZONE '10:00:00.5+05:30'", "TIME WITH TIME ZONE '10:00:00-11:00'");
        add(
                "TIMESTAMP(9) WITH TIME ZONE",
                "TIMESTAMP WITH TIME ZONE '2024-10-27 02:30:00.000000001+02:00'",
                "TIMESTAMP WITH TIME ZONE '2024-10-27 02:30:00+01:00'");
        add("UUID", "UUID '00112233-4455-6677-8899-aabbccddeeff'", "UUID 'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        add("ENUM('red', 'green blue')", "'red'", "'green blue'");
        add("JSON", "JSON '{\"a\": [1, 2.50, null]}'", "JSON '\"text\"'");
    }

    /** The table, without the types that a mode does not know. */
    static String table(Set<String> without) {
        return "CREATE TABLE all_types (id INT PRIMARY KEY, "
                + String.join(
                        ", ",
                        values(without).keySet().stream()
                                .map(column -> column + " " + TYPES.get(column))
                                .toList())
                + ")";
    }

    static Map<String, List<String>> values(Set<String> without) {
        Map<String, List<String>> values = new LinkedHashMap<>(VALUES);
        values.keySet().removeIf(column -> without.contains(TYPES.get(column)));
        return values;
    }
}

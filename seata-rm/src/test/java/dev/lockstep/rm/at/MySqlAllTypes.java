package dev.lockstep.rm.at;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table with a column of every type of MySQL and MariaDB, and two values for each. */
public final class MySqlAllTypes {

    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    private MySqlAllTypes() {}

    private static void add(String type, String one, String other) {
        String column = "c" + TYPES.size();
        TYPES.put(column, type + " NULL");
        VALUES.put(column, List.of(one, other));
    }

    static {
        add("BOOLEAN", "TRUE", "5");
        add("BOOLEAN", "TRUE", "FALSE");
        add("TINYINT(1)", "-128", "2");
        add("TINYINT", "-128", "1");
        add("TINYINT UNSIGNED", "255", "1");
        add("SMALLINT", "-32768", "1");
        add("MEDIUMINT UNSIGNED", "16777215", "1");
        add("INT", "-2147483648", "2147483647");
        add("INT UNSIGNED", "4294967295", "0");
        add("INT(6) ZEROFILL", "42", "7");
        add("BIGINT", "-9223372036854775808", "9007199254740993");
        add("BIGINT UNSIGNED", "18446744073709551615", "9223372036854775808");
        add("DECIMAL(65, 30)", "12345678901234567890.1234567890", "-0.000000000000000000000000000001");
        add("NUMERIC(5)", "12300", "4500");
        add("FLOAT", "16777217", "3.4028234e38");
        add("FLOAT", "1.1", "1.17549435e-38");
        add("FLOAT(10, 3)", "1234567.125", "0.001");
        add("DOUBLE", "0.1", "4.9e-324");
        add("DOUBLE", "-1.7976931348623157e308", "-0e0");
        add("BIT(1)", "b'1'", "b'0'");
        add("BIT(13)", "b'1010101010101'", "b'0'");
        add("BIT(64)", "b'1111111111111111111111111111111111111111111111111111111111111110'", "1");
        add("YEAR", "1901", "2155");
        add("YEAR", "0000", "2069");
        add("DATE", "'2024-02-29'", "'0001-01-01'");
        add("DATE", "'1500-03-01'", "'9999-12-31'");
        add("DATETIME", "'1582-10-10 00:00:00'", "'2024-10-27 02:30:00'");
        add("DATETIME(6)", "'2024-03-10 02:30:00.123456'", "'2024-03-10 02:30:00.123450'");
        add("TIMESTAMP(6)", "'2024-03-10 12:30:00.000001'", "'1970-01-02 00:00:01'");
        add("TIME", "'-838:59:59'", "'838:59:59'");
        add("TIME(6)", "'23:59:59.999999'", "'-00:00:00.000001'");
        add("CHAR(5)", "'ab'", "' c '");
        add("VARCHAR(100)", "'quote '' back \\\\ line\\n'", "_utf8mb4 X'E4B8ADF09F9881'");
        add("VARCHAR(9) CHARACTER SET latin1", "_latin1 X'E9'", "'a '");
        add("VARCHAR(9) CHARACTER SET utf16", "_utf8mb4 X'F09F9881'", "''");
        add("BINARY(5)", "X'0001'", "X'6162000000'");
        add("VARBINARY(10)", "X'00ff5c27'", "X''");
        add("TINYBLOB", "X'80'", "X''");
        add("BLOB", "REPEAT(X'00FF', 20000)", "X'00'");
        add("MEDIUMBLOB", "REPEAT(X'FF', 70000)", "X'5c'");
        add("LONGBLOB", "X'27'", "X''");
        add("TINYTEXT", "'t'", "''");
        add("TEXT", "REPEAT('text', 9000)", "' '");
        add("MEDIUMTEXT", "'m'", "''");
        add("LONGTEXT", "'l'", "''");
        add("ENUM('red', 'green blue')", "'red'", "'green blue'");
        add("SET('x', 'y', 'z')", "'x,z'", "''");
        add("JSON", "'{\"a\": [1, 2.50, null], \"b\\\\u0001\": \"\\\\\"\"}'", "'\"text\"'");
        add("GEOMETRY", "ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('LINESTRING(0 0, 1 1)')");
        add("POINT", "ST_GeomFromText('POINT(1.5 -2)')", "ST_GeomFromText('POINT(0 0)')");
        add(
                "POLYGON",
                "ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))')",
                "ST_GeomFromText('POLYGON((0 0, 2 0, 2 2, 0 0))')");
        add("GEOMETRYCOLLECTION", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')", "NULL");
        add("UUID", "'00112233-4455-6677-8899-aabbccddeeff'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        add("INET4", "'1.2.3.4'", "'255.255.255.255'");
        add("INET6", "'::1'", "'2001:db8::ff00:42:8329'");
    }

    /** The table, without the types that a server does not know. */
    public static String table(List<String> without) {
        return "CREATE TABLE all_types (id INT PRIMARY KEY, "
                + String.join(
                        ", ",
                        values(without).keySet().stream()
                                .map(column -> column + " " + TYPES.get(column))
                                .toList())
                + ")";
    }

    public static Map<String, List<String>> values(List<String> without) {
        Map<String, List<String>> values = new LinkedHashMap<>(VALUES);
        values.keySet()
                .removeIf(column ->
                        without.contains(String.valueOf(TYPES.get(column)).replace(" NULL", "")));
        return values;
    }

    /** The type of each column, as DDL writes it, without those that a server does not know. */
    public static Map<String, String> types(List<String> without) {
        Map<String, String> types = new LinkedHashMap<>(TYPES);
        types.keySet().retainAll(values(without).keySet());
        return types;
    }
}

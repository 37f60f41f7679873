package dev.lockstep.rm.at.meta;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.SqlFact;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one data source, each read from the database's metadata at its first use. An entry is dropped when a
 * statement or an image shows that it is out of date. No statement shows that a trigger or a foreign key has come, so an entry
 * that has grown old is read anew by the next statement that needs it, while others go on with the old one.
 *
 * <p>Thread-safe. Two threads that miss at the same moment both read; either result is right.
 */
public final class TableMetaCache {

    private static final Logger log = LoggerFactory.getLogger(TableMetaCache.class);

    /** So many tables are kept; beyond that the cache starts over, which costs a few metadata queries. */
    private static final int MOST_TABLES = 10_000;

    private record Key(@Nullable String catalog, @Nullable String schema, String table) {}

    private record Entry(TableMeta table, long readAtNanos) {}

    private final Dialect dialect;
    private final long mostAgeNanos;
    private final Map<Key, Entry> tables = new ConcurrentHashMap<>();
    private final Map<Key, List<UniqueKey>> uniqueKeys = new ConcurrentHashMap<>();
    private final LongAdder reads = new LongAdder();

    /**
     * An empty cache.
     *
     * @param mostAge how old what is known of a table may be
     */
    public TableMetaCache(Dialect dialect, Duration mostAge) {
        this.dialect = dialect;
        this.mostAgeNanos = mostAge.toNanos();
    }

    /**
     * The table that a statement names.
     *
     * @param path the name in parts, qualifiers first
     * @param namespace where the connection looks for unqualified names
     * @throws SQLException if the database cannot be asked, or has no such table (SQLState 42S02)
     */
    public TableMeta find(Connection connection, List<Identifier> path, Namespace namespace) throws SQLException {
        Key key = key(path, namespace);
        Entry known = tables.get(key);
        long now = System.nanoTime();
        if (known == null) {
            TableMeta read = read(connection, key);
            tellOfTriggers(connection, read);
            return keep(key, read, now);
        }
        // Whoever replaces the old entry reads; the others do not wait for it.
        boolean young = now - known.readAtNanos() < mostAgeNanos;
        return young || !tables.replace(key, known, new Entry(known.table(), now))
                ? known.table()
                : readAnew(connection, key, known.table(), now);
    }

    private TableMeta readAnew(Connection connection, Key key, TableMeta known, long now) throws SQLException {
        uniqueKeys.remove(key);
        TableMeta read;
        try {
            read = read(connection, key);
        } catch (SQLException | RuntimeException e) {
            tables.remove(key);
            throw e;
        }
        if (read.sideEffects().triggers() && !known.sideEffects().triggers()) {
            tellOfTriggers(connection, read);
        }
        // The same object lasts as long as the table is the same.
        return keep(key, isSame(known, read) ? known : read, now);
    }

    private TableMeta keep(Key key, TableMeta table, long now) {
        if (tables.size() >= MOST_TABLES) {
            tables.clear();
        }
        tables.put(key, new Entry(table, now));
        reads.increment();
        return table;
    }

    private static boolean isSame(TableMeta one, TableMeta other) {
        return one.columns().equals(other.columns())
                && one.primaryKey().equals(other.primaryKey())
                && one.sideEffects().equals(other.sideEffects())
                && Objects.equals(one.engineWithoutTransactions(), other.engineWithoutTransactions());
    }

    private static void tellOfTriggers(Connection connection, TableMeta table) throws SQLException {
        if (table.sideEffects().triggers()) {
            log.warn(
                    "[rm {}] Table {} has triggers, or may have some that this user is not shown for want of the privilege"
                            + " TRIGGER: what they change in its own rows is captured, what they change elsewhere is not, and"
                            + " they fire again when a branch is rolled back",
                    connection.getMetaData().getURL(),
                    table.name());
        }
    }

    /** How many tables are kept. */
    public int size() {
        return tables.size();
    }

    /** How often a table was read since the start. */
    public long reads() {
        return reads.sum();
    }

    /** Forgets a table, because the database showed that it has changed. */
    public void forget(TableMeta table) {
        Key key = key(table);
        uniqueKeys.remove(key);
        tables.remove(key);
    }

    /** The unique keys of a table, the primary key first; few statements need them, so they are asked for apart. */
    public List<UniqueKey> uniqueKeys(Connection connection, TableMeta table) throws SQLException {
        Key key = key(table);
        List<UniqueKey> known = uniqueKeys.get(key);
        if (known != null) {
            return known;
        }
        List<UniqueKey> read = readUniqueKeys(connection, table);
        if (uniqueKeys.size() >= MOST_TABLES) {
            uniqueKeys.clear();
        }
        uniqueKeys.put(key, read);
        return read;
    }

    private static List<UniqueKey> readUniqueKeys(Connection connection, TableMeta table) throws SQLException {
        Map<String, Map<Integer, @Nullable String>> byIndex = new TreeMap<>();
        try (ResultSet rows =
                connection.getMetaData().getIndexInfo(table.catalog(), table.schema(), table.name(), true, true)) {
            while (rows.next()) {
                String index = rows.getString("INDEX_NAME");
                if (index != null && !rows.getBoolean("NON_UNIQUE")) {
                    byIndex.computeIfAbsent(index, name -> new TreeMap<>())
                            .put(rows.getInt("ORDINAL_POSITION"), rows.getString("COLUMN_NAME"));
                }
            }
        }
        Set<UniqueKey> keys = new LinkedHashSet<>();
        keys.add(new UniqueKey(table.primaryKey()));
        for (Map<Integer, @Nullable String> columns : byIndex.values()) {
            List<String> names = new ArrayList<>();
            for (String name : columns.values()) {
                if (name != null) {
                    table.column(unquoted(name)).ifPresent(column -> names.add(column.name()));
                }
            }
            if (names.size() == columns.size() && !sameColumns(names, table.primaryKey())) {
                keys.add(new UniqueKey(names));
            }
        }
        return List.copyOf(keys);
    }

    private static boolean sameColumns(List<String> some, List<String> others) {
        return some.size() == others.size() && new HashSet<>(some).equals(new HashSet<>(others));
    }

    /** PostgreSQL's driver gives the column of an index as it would stand in a definition. */
    private static String unquoted(String name) {
        boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    private static Key key(TableMeta table) {
        return new Key(table.catalog(), table.schema(), table.name());
    }

    private Key key(List<Identifier> path, Namespace namespace) {
        int parts = path.size();
        String table = dialect.names().stored(path.get(parts - 1));
        if (dialect.names().inCatalogs()) {
            return new Key(parts > 1 ? dialect.names().stored(path.get(parts - 2)) : namespace.catalog(), null, table);
        }
        String schema = parts > 1 ? dialect.names().stored(path.get(parts - 2)) : namespace.schema();
        String catalog = parts > 2 ? dialect.names().stored(path.get(parts - 3)) : namespace.catalog();
        return new Key(catalog, schema, table);
    }

    private TableMeta read(Connection connection, Key key) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        Map<String, Traits> traits = traits(connection, key);
        List<ColumnMeta> columns = new ArrayList<>();
        String escape = metaData.getSearchStringEscape();
        try (ResultSet rows =
                metaData.getColumns(key.catalog, pattern(key.schema, escape), pattern(key.table, escape), null)) {
            while (rows.next()) {
                columns.add(column(rows, traits.getOrDefault(rows.getString("COLUMN_NAME"), Traits.NONE)));
            }
        }
        if (columns.isEmpty()) {
            throw new SQLSyntaxErrorException(
                    "No table " + key.table + " in "
                            + (home(key) == null ? "the current schema" : home(key))
                            + " for the image of its rows. Check the name and the connection's schema.",
                    "42S02");
        }
        List<String> primaryKey = primaryKey(metaData, key);
        return new TableMeta(
                key.catalog,
                key.schema,
                key.table,
                markInvisible(connection, key, columns),
                primaryKey,
                sideEffects(connection, metaData, key, primaryKey),
                namesIn(connection, dialect.catalogue().engineWithoutTransactions(), key).stream()
                        .findAny()
                        .orElse(null));
    }

    /** What {@link dev.lockstep.rm.at.dialect.Catalogue#columnTraits} tells of one column. */
    private record Traits(
            @Nullable String typeName,
            @Nullable Boolean generated,
            boolean changesItself,
            ColumnMeta.ValueRules rules) {
        static final Traits NONE = new Traits(null, null, false, ColumnMeta.ValueRules.NONE);
    }

    private Map<String, Traits> traits(Connection connection, Key key) throws SQLException {
        Map<String, Traits> byColumn = new HashMap<>();
        String query = dialect.catalogue().columnTraits();
        if (query != null) {
            try (PreparedStatement statement = prepare(connection, query, key);
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    boolean generated = rows.getBoolean(3);
                    boolean unsaid = rows.wasNull();
                    byColumn.put(
                            rows.getString(1),
                            new Traits(
                                    rows.getString(2),
                                    unsaid ? null : generated,
                                    rows.getBoolean(4),
                                    new ColumnMeta.ValueRules(
                                            rows.getString(5), rows.getString(6), rows.getString(7))));
                }
            }
        }
        return byColumn;
    }

    private ColumnMeta column(ResultSet row, Traits traits) throws SQLException {
        String typeName = traits.typeName == null ? row.getString("TYPE_NAME") : traits.typeName;
        int driverType = row.getInt("DATA_TYPE");
        int jdbcType = dialect.types().jdbcType(typeName, driverType);
        return new ColumnMeta(
                row.getString("COLUMN_NAME"),
                jdbcType,
                driverType,
                dialect.types().officialClass(typeName),
                typeName,
                (int) Math.min(row.getLong("COLUMN_SIZE"), Integer.MAX_VALUE),
                row.getInt("DECIMAL_DIGITS"),
                traits.generated == null ? "YES".equals(row.getString("IS_GENERATEDCOLUMN")) : traits.generated,
                "YES".equals(row.getString("IS_AUTOINCREMENT")),
                traits.changesItself,
                true,
                dialect.types().form(typeName, jdbcType),
                traits.rules);
    }

    /** SELECT * is what whole-row images ask for, so that a column added later is noticed; invisible ones are asked by name. */
    private List<ColumnMeta> markInvisible(Connection connection, Key key, List<ColumnMeta> columns)
            throws SQLException {
        Set<String> visible = new HashSet<>();
        String home = home(key);
        String table = home == null
                ? dialect.names().quoted(key.table)
                : dialect.names().quoted(home) + "." + dialect.names().quoted(key.table);
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
            ResultSetMetaData metaData = none.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                visible.add(metaData.getColumnName(i));
            }
        }
        return columns.stream()
                .map(column -> visible.contains(column.name()) ? column : column.invisible())
                .toList();
    }

    private static List<String> primaryKey(DatabaseMetaData metaData, Key key) throws SQLException {
        Map<Integer, String> bySequence = new TreeMap<>();
        try (ResultSet rows = metaData.getPrimaryKeys(key.catalog, key.schema, key.table)) {
            while (rows.next()) {
                bySequence.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(bySequence.values());
    }

    private SideEffects sideEffects(Connection connection, DatabaseMetaData metaData, Key key, List<String> primaryKey)
            throws SQLException {
        ReferringKeys changedByDelete = new ReferringKeys();
        Set<String> cascadingColumns = new HashSet<>();
        try (ResultSet rows = metaData.getExportedKeys(key.catalog, key.schema, key.table)) {
            while (rows.next()) {
                if (carriesOn(rows.getShort("DELETE_RULE"))) {
                    changedByDelete.add(rows);
                }
                if (carriesOn(rows.getShort("UPDATE_RULE"))) {
                    cascadingColumns.add(rows.getString("PKCOLUMN_NAME"));
                }
            }
        }
        boolean triggers =
                count(connection, dialect.catalogue().triggers(), key) > 0 || mayHaveHiddenTriggers(connection, key);
        return new SideEffects(
                triggers,
                List.copyOf(unseenTriggers(connection, key)),
                triggers ? keyTriggers(connection, key, primaryKey) : List.of(),
                changedByDelete.all(),
                cascadingColumns);
    }

    private Set<String> unseenTriggers(Connection connection, Key key) throws SQLException {
        Set<String> names = namesIn(connection, dialect.catalogue().unseenTriggers(), key);
        String query = dialect.catalogue().rowTriggers();
        if (query != null) {
            boolean mySqlComments = dialect.sqlRules().has(SqlFact.HASH_COMMENTS);
            try (PreparedStatement statement = prepare(connection, query, key);
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (TriggerText.mayWriteElsewhere(rows.getString(2), mySqlComments)) {
                        names.add(rows.getString(1));
                    }
                }
            }
        }
        return names;
    }

    private boolean mayHaveHiddenTriggers(Connection connection, Key key) throws SQLException {
        return dialect.catalogue().triggerPrivilege() != null
                && namesIn(connection, dialect.catalogue().triggerPrivilege(), key)
                        .isEmpty();
    }

    private List<String> keyTriggers(Connection connection, Key key, List<String> primaryKey) throws SQLException {
        List<String> names = new ArrayList<>();
        String query = dialect.catalogue().insertTriggers();
        if (query != null) {
            String columns = primaryKey.stream().map(Pattern::quote).collect(Collectors.joining("|"));
            Pattern newKey = Pattern.compile("NEW\\s*\\.\\s*[`\"]?(" + columns + ")\\b", Pattern.CASE_INSENSITIVE);
            try (PreparedStatement statement = prepare(connection, query, key);
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (newKey.matcher(rows.getString(2)).find()) {
                        names.add(rows.getString(1));
                    }
                }
            }
        }
        return names;
    }

    private static boolean carriesOn(short rule) {
        return rule == DatabaseMetaData.importedKeyCascade
                || rule == DatabaseMetaData.importedKeySetNull
                || rule == DatabaseMetaData.importedKeySetDefault;
    }

    private Set<String> namesIn(Connection connection, @Nullable String query, Key key) throws SQLException {
        Set<String> names = new HashSet<>();
        if (query != null) {
            try (PreparedStatement statement = prepare(connection, query, key);
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    private int count(Connection connection, @Nullable String query, Key key) throws SQLException {
        if (query == null) {
            return 0;
        }
        try (PreparedStatement statement = prepare(connection, query, key);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private PreparedStatement prepare(Connection connection, String query, Key key) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query);
        statement.setString(1, home(key));
        statement.setString(2, key.table);
        return statement;
    }

    /** The schema, or the catalog where that is what tables lie in. */
    private @Nullable String home(Key key) {
        return dialect.names().inCatalogs() ? key.catalog : key.schema;
    }

    /** JDBC takes schema and table as patterns: an underscore in a name would match any character. */
    private static @Nullable String pattern(@Nullable String name, @Nullable String escape) {
        if (name == null || escape == null || escape.isEmpty()) {
            return name;
        }
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }
}

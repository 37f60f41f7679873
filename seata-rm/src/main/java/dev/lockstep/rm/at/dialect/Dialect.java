package dev.lockstep.rm.at.dialect;

import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.SqlRules;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one database that the AT mode needs. A table, not a class family: what no fact can say lives beside the
 * provider in the database's own folder. Immutable.
 */
public final class Dialect {

    /** How the database stores a name that was written without quotes. */
    public enum UnquotedNames {
        UPPER_CASE,
        LOWER_CASE,
        AS_WRITTEN
    }

    /** How the keys of new rows are learned. */
    public enum KeySource {
        /** The driver returns the key columns of every new row, as they are stored. */
        RETURNED,
        /** The driver returns what AUTO_INCREMENT made up; all else follows from the VALUES. */
        VALUES
    }

    private final String name;
    private final SqlRules sqlRules;
    private final UnquotedNames unquotedNames;
    private final boolean quotedNamesFold;
    private final boolean qualifiedByCatalog;
    private final boolean officialLocksNameTablesAsWritten;
    private final String identifierQuote;
    private final String lockClause;
    private final String updateLockClause;
    private final String ownRowsClause;
    private final @Nullable RowsOfChange rowsOfUpdate;
    private final @Nullable RowsOfChange rowsOfDelete;
    private final boolean locksGaps;
    private final @Nullable String transactionStart;
    private final String explicitIdentityClause;
    private final int maxRowsPerStatement;
    private final int rowsReversedTogether;
    private final String currentTimestamp;
    private final UnaryOperator<String> resourceId;
    private final Map<String, Integer> jdbcTypes;
    private final Map<String, ColumnForm> forms;
    private final Map<String, String> officialClasses;
    private final Map<Integer, ColumnForm> formsByJdbcType;
    private final ColumnForm otherForm;
    private final KeySource keySource;
    private final String rowLimit;
    private final String undoLogSweep;
    private final String undoLogScript;
    private final @Nullable String largestStatement;
    private final Set<String> uniqueViolationStates;
    private final Set<Integer> uniqueViolationCodes;
    private final List<String> commitFailureStates;
    private final @Nullable OwnSession ownSession;
    private final @Nullable UniversalTime universalTime;
    private final @Nullable String sessionQuery;
    private final Function<String, SqlRules> rulesByMode;
    private final @Nullable String columnTraits;
    private final @Nullable String triggers;
    private final @Nullable String unseenTriggers;
    private final @Nullable String triggerPrivilege;
    private final @Nullable String insertedMark;
    private final boolean mayLeaveOutUnchangedRows;
    private final @Nullable UnaryOperator<String> castTypes;
    private final @Nullable String insertTriggers;
    private final Set<Integer> localTransactionEnds;
    private final Map<Integer, String> localTransactionMayEnd;
    private final @Nullable String deferrableKey;
    private final @Nullable String lastGeneratedNumber;

    private Dialect(Builder builder) {
        this.name = builder.name;
        this.sqlRules = builder.sqlRules;
        this.unquotedNames = builder.unquotedNames;
        this.quotedNamesFold = builder.quotedNamesFold;
        this.qualifiedByCatalog = builder.qualifiedByCatalog;
        this.officialLocksNameTablesAsWritten = builder.officialLocksNameTablesAsWritten;
        this.identifierQuote = builder.identifierQuote;
        this.lockClause = builder.lockClause;
        this.updateLockClause = builder.updateLockClause == null ? builder.lockClause : builder.updateLockClause;
        this.ownRowsClause = builder.ownRowsClause == null ? builder.lockClause : builder.ownRowsClause;
        this.rowsOfUpdate = builder.rowsOfUpdate;
        this.rowsOfDelete = builder.rowsOfDelete;
        this.locksGaps = builder.locksGaps;
        this.transactionStart = builder.transactionStart;
        this.explicitIdentityClause = builder.explicitIdentityClause;
        this.maxRowsPerStatement = builder.maxRowsPerStatement;
        this.rowsReversedTogether = builder.rowsReversedTogether;
        this.currentTimestamp = builder.currentTimestamp;
        this.resourceId = builder.resourceId;
        this.jdbcTypes = builder.jdbcTypes;
        this.forms = builder.forms;
        this.officialClasses = builder.officialClasses;
        this.formsByJdbcType = builder.formsByJdbcType;
        this.otherForm = builder.otherForm;
        this.keySource = builder.keySource;
        this.rowLimit = builder.rowLimit;
        this.undoLogSweep = builder.undoLogSweep;
        this.undoLogScript = builder.undoLogScript;
        this.largestStatement = builder.largestStatement;
        this.uniqueViolationStates = builder.uniqueViolationStates;
        this.uniqueViolationCodes = builder.uniqueViolationCodes;
        this.commitFailureStates = builder.commitFailureStates;
        this.ownSession = builder.ownSession;
        this.universalTime = builder.universalTime;
        this.sessionQuery = builder.sessionQuery;
        this.rulesByMode = builder.rulesByMode;
        this.columnTraits = builder.columnTraits;
        this.triggers = builder.triggers;
        this.unseenTriggers = builder.unseenTriggers;
        this.triggerPrivilege = builder.triggerPrivilege;
        this.insertedMark = builder.insertedMark;
        this.mayLeaveOutUnchangedRows = builder.mayLeaveOutUnchangedRows;
        this.castTypes = builder.castTypes;
        this.insertTriggers = builder.insertTriggers;
        this.localTransactionEnds = builder.localTransactionEnds;
        this.localTransactionMayEnd = builder.localTransactionMayEnd;
        this.deferrableKey = builder.deferrableKey;
        this.lastGeneratedNumber = builder.lastGeneratedNumber;
    }

    /** Starts from the facts of standard SQL. */
    public static Builder builder(String name, SqlRules sqlRules) {
        return new Builder(name, sqlRules);
    }

    /** For messages, for example {@code H2 in MySQL mode}. */
    public String name() {
        return name;
    }

    /** The facts that the recogniser needs. */
    public SqlRules sqlRules() {
        return sqlRules;
    }

    /** The facts that the recogniser needs in sessions of this SQL mode. */
    public SqlRules sqlRules(String sqlMode) {
        return rulesByMode.apply(sqlMode);
    }

    /**
     * Query for the database in which a session looks for names that stand alone and for the mode in which it reads SQL; null
     * where JDBC tells the first and there is only one mode.
     */
    public @Nullable String sessionQuery() {
        return sessionQuery;
    }

    /** The name as the database stores it. */
    public String stored(Identifier identifier) {
        if (identifier.quoted() && !quotedNamesFold) {
            return identifier.name();
        }
        return switch (unquotedNames) {
            case UPPER_CASE -> identifier.name().toUpperCase(Locale.ROOT);
            case LOWER_CASE -> identifier.name().toLowerCase(Locale.ROOT);
            case AS_WRITTEN -> identifier.name();
        };
    }

    /** Whether a table lies in a catalog and there are no schemas; otherwise it lies in a schema. */
    public boolean qualifiedByCatalog() {
        return qualifiedByCatalog;
    }

    /** Whether the official client's lock keys name a table as the statement does, and not as the database. */
    public boolean officialLocksNameTablesAsWritten() {
        return officialLocksNameTablesAsWritten;
    }

    /** The quote around names, one character. */
    public char identifierQuote() {
        return identifierQuote.charAt(0);
    }

    /** A stored name, quoted so that it means exactly itself in any statement. */
    public String quoted(String storedName) {
        return identifierQuote
                + storedName.replace(identifierQuote, identifierQuote + identifierQuote)
                + identifierQuote;
    }

    /** What follows a SELECT so that it locks what it reads and reads what is current. */
    public String lockClause() {
        return lockClause;
    }

    /** The same for rows that are about to be updated; no stronger than the lock that an UPDATE takes anyway. */
    public String updateLockClause() {
        return updateLockClause;
    }

    /**
     * What follows a SELECT by key so that it reads rows which this transaction has just written as they are now. The locking
     * clause, unless a plain SELECT reads them so at every isolation level and changes nothing of what the user will read.
     */
    public String ownRowsClause() {
        return ownRowsClause;
    }

    /**
     * How an UPDATE gives the rows that it changes; null where it cannot. The rows are those that it changes and no others, also
     * when others write to the table at the same time.
     */
    public @Nullable RowsOfChange rowsOfUpdate() {
        return rowsOfUpdate;
    }

    /** The same of a DELETE. */
    public @Nullable RowsOfChange rowsOfDelete() {
        return rowsOfDelete;
    }

    /** Whether a statement that looks at a range of an index keeps others from inserting there. */
    public boolean locksGaps() {
        return locksGaps;
    }

    /**
     * The statement that begins a local transaction in autocommit mode, which COMMIT or ROLLBACK then end; null where drivers
     * change the mode without a round trip.
     */
    public @Nullable String transactionStart() {
        return transactionStart;
    }

    /** What stands between columns and VALUES so that an identity column takes the value given; may be empty. */
    public String explicitIdentityClause() {
        return explicitIdentityClause;
    }

    /** How many rows one statement of ours may name by key. */
    public int maxRowsPerStatement() {
        return maxRowsPerStatement;
    }

    /** How many rows of one change a rollback writes back by one statement; 1 where it gains nothing by more. */
    public int rowsReversedTogether() {
        return rowsReversedTogether;
    }

    /** The expression for now with microseconds. */
    public String currentTimestamp() {
        return currentTimestamp;
    }

    /** The official resource id of the database that a JDBC URL names. */
    public String resourceId(String jdbcUrl) {
        return resourceId.apply(jdbcUrl);
    }

    private static String upToFirstOf(String jdbcUrl, String ends) {
        for (int i = 0; i < jdbcUrl.length(); i++) {
            if (ends.indexOf(jdbcUrl.charAt(i)) >= 0) {
                return jdbcUrl.substring(0, i);
            }
        }
        return jdbcUrl;
    }

    /** The constant of {@link java.sql.Types} for a column whose driver reports {@code reported}. */
    public int jdbcType(String typeName, int reported) {
        return jdbcTypes.getOrDefault(typeName, reported);
    }

    /**
     * How values of this type travel.
     *
     * @param jdbcType constant of {@link java.sql.Types}, for types whose name is not known
     */
    public ColumnForm form(String typeName, int jdbcType) {
        ColumnForm named = forms.get(typeName);
        return named == null ? formsByJdbcType.getOrDefault(jdbcType, otherForm) : named;
    }

    /** The class of which the driver gives values of this type, where JDBC's constant does not say it; or null. */
    public @Nullable String officialClass(String typeName) {
        return officialClasses.get(typeName);
    }

    /** How the keys of new rows are learned. */
    public KeySource keySource() {
        return keySource;
    }

    /** What ends a SELECT of ours so that it gives the first rows only: its parameter says how many. */
    public String rowLimit() {
        return rowLimit;
    }

    /** Deletes rows of a table that meet a condition; the parameters are the condition's and the largest number of rows. */
    public String undoLogSweep(String table, String condition) {
        return undoLogSweep.formatted(table, condition);
    }

    /** What the script is called that creates the table for undo logs. */
    public String undoLogScript() {
        return undoLogScript;
    }

    /** Query for how many bytes a statement may have with all that is bound to it; null where that is as good as unlimited. */
    public @Nullable String largestStatement() {
        return largestStatement;
    }

    /** Whether the statement failed because a unique key holds the value already. */
    public boolean isUniqueViolation(SQLException e) {
        return uniqueViolationCodes.contains(e.getErrorCode())
                || e.getSQLState() != null && uniqueViolationStates.contains(e.getSQLState());
    }

    /**
     * Whether this error of a commit proves that nothing was committed. Any other error leaves it unknown: the database
     * may have committed and its answer may have been lost.
     */
    public boolean provesCommitFailed(SQLException e) {
        String state = e.getSQLState();
        // 40003 is the standard's own "statement completion unknown".
        return state != null
                && !state.equals("40003")
                && commitFailureStates.stream().anyMatch(state::startsWith);
    }

    /** What a local transaction of the RM's own sets for its session; null where nothing can be set. */
    public @Nullable OwnSession ownSession() {
        return ownSession;
    }

    /**
     * How a session comes to show moments in UTC; null where no values of {@link ColumnForm#MOMENT_TEXT} are, which it shows by
     * the clock of its zone.
     */
    public @Nullable UniversalTime universalTime() {
        return universalTime;
    }

    /**
     * Query for what the metadata of JDBC does not say of columns, or says wrongly; parameters are the schema (the catalog
     * where there are no schemas) and the table. It gives, for each column that needs a word:
     *
     * <ol>
     *   <li>its name
     *   <li>its type's name, or null for the driver's
     *   <li>whether it is computed from others, or null for what the driver says
     *   <li>whether an UPDATE changes it without naming it
     *   <li>the expression for a value that is equal for texts that the database holds for equal, with {@code %s} for the
     *       column; null where equal texts have equal characters
     *   <li>the expression for a value as the column stores it, with {@code %s} for the value; null where it stores the value
     *       as it is
     *   <li>the constant that a row gets which names no value, as text; null where there is none
     * </ol>
     */
    public @Nullable String columnTraits() {
        return columnTraits;
    }

    /** Query for the number of triggers of a table; parameters are schema and table. */
    public @Nullable String triggers() {
        return triggers;
    }

    /** Query for the names of those triggers that do not fire before each row; parameters are schema and table. */
    public @Nullable String unseenTriggers() {
        return unseenTriggers;
    }

    /**
     * Query that gives a row if this user is shown the triggers of a table; parameters are schema and table. Null where
     * everybody is.
     */
    public @Nullable String triggerPrivilege() {
        return triggerPrivilege;
    }

    /**
     * An expression behind RETURNING that is true of rows which an upsert has inserted and false of those it has updated; null
     * where there is no such thing.
     */
    public @Nullable String insertedMark() {
        return insertedMark;
    }

    /** Whether the driver can be told not to count rows that an UPDATE leaves as they were. */
    public boolean mayLeaveOutUnchangedRows() {
        return mayLeaveOutUnchangedRows;
    }

    /** A value as it will be in a column of this type, so that it can be compared with one that is there. */
    public String assigned(String value, String typeName) {
        return castTypes == null ? value : "CAST(" + value + " AS " + castTypes.apply(typeName) + ")";
    }

    /**
     * Query for the names and texts of the triggers that fire before a row is inserted, to see whether they change its key;
     * parameters are schema and table. Null where the driver returns the keys as they are stored.
     */
    public @Nullable String insertTriggers() {
        return insertTriggers;
    }

    /**
     * Whether the database has rolled the whole local transaction back when a statement ends with this error, although the
     * next statement runs as if nothing had happened.
     */
    public boolean endsLocalTransaction(SQLException e) {
        return localTransactionEnds.contains(e.getErrorCode());
    }

    /** Query of one value for whether the same is true of this error, where the server's settings say it; or null. */
    public @Nullable String endsLocalTransactionQuery(SQLException e) {
        return localTransactionMayEnd.get(e.getErrorCode());
    }

    /**
     * Query that gives a row if the primary key of a table need not hold within a statement, so that rows may take each other's
     * keys; parameters are schema and table. Null where it always holds.
     */
    public @Nullable String deferrableKey() {
        return deferrableKey;
    }

    /**
     * Query for the number that the session was given last for a new row, with {@code %s} for nothing, or for the number that it
     * shall have been; null where no session knows one, or none can be told.
     */
    public @Nullable String lastGeneratedNumber() {
        return lastGeneratedNumber;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the facts that differ from standard SQL. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final SqlRules sqlRules;
        private UnquotedNames unquotedNames = UnquotedNames.UPPER_CASE;
        private boolean quotedNamesFold;
        private boolean qualifiedByCatalog;
        private boolean officialLocksNameTablesAsWritten;
        private String identifierQuote = "\"";
        private String lockClause = "FOR UPDATE";
        private @Nullable String updateLockClause;
        private @Nullable String ownRowsClause;
        private @Nullable RowsOfChange rowsOfUpdate;
        private @Nullable RowsOfChange rowsOfDelete;
        private boolean locksGaps;
        private @Nullable String transactionStart;
        private String explicitIdentityClause = "";
        private int maxRowsPerStatement = 500;
        private int rowsReversedTogether = 1;
        private String currentTimestamp = "CURRENT_TIMESTAMP(6)";
        private UnaryOperator<String> resourceId = url -> upToFirstOf(url, "?");
        private Map<String, Integer> jdbcTypes = Map.of();
        private Map<String, ColumnForm> forms = Map.of();
        private Map<String, String> officialClasses = Map.of();
        private Map<Integer, ColumnForm> formsByJdbcType = Map.of();
        private ColumnForm otherForm = ColumnForm.TYPED;
        private KeySource keySource = KeySource.RETURNED;
        private String rowLimit = "FETCH FIRST ? ROWS ONLY";
        private String undoLogSweep = "DELETE FROM %1$s WHERE %2$s FETCH FIRST ? ROWS ONLY";
        private String undoLogScript = "";
        private @Nullable String largestStatement;
        private Set<String> uniqueViolationStates = Set.of("23505");
        private Set<Integer> uniqueViolationCodes = Set.of();
        private List<String> commitFailureStates = List.of("23", "40");
        private @Nullable OwnSession ownSession;
        private @Nullable UniversalTime universalTime;
        private @Nullable String sessionQuery;
        private Function<String, SqlRules> rulesByMode;
        private @Nullable String columnTraits;
        private @Nullable String triggers;
        private @Nullable String unseenTriggers;
        private @Nullable String triggerPrivilege;
        private @Nullable String insertedMark;
        private boolean mayLeaveOutUnchangedRows;
        private @Nullable UnaryOperator<String> castTypes;
        private @Nullable String insertTriggers;
        private Set<Integer> localTransactionEnds = Set.of();
        private Map<Integer, String> localTransactionMayEnd = Map.of();
        private @Nullable String deferrableKey;
        private @Nullable String lastGeneratedNumber;

        private Builder(String name, SqlRules sqlRules) {
            this.name = Objects.requireNonNull(name, "name");
            this.sqlRules = Objects.requireNonNull(sqlRules, "sqlRules");
            this.rulesByMode = mode -> sqlRules;
        }

        public Builder unquotedNames(UnquotedNames value) {
            this.unquotedNames = value;
            return this;
        }

        /** A name in quotes is stored like one without. */
        public Builder quotedNamesFold(boolean value) {
            this.quotedNamesFold = value;
            return this;
        }

        public Builder qualifiedByCatalog() {
            this.qualifiedByCatalog = true;
            return this;
        }

        public Builder officialLocksNameTablesAsWritten() {
            this.officialLocksNameTablesAsWritten = true;
            return this;
        }

        public Builder identifierQuote(char value) {
            this.identifierQuote = String.valueOf(value);
            return this;
        }

        public Builder lockClause(String value) {
            this.lockClause = value;
            return this;
        }

        /** See {@link Dialect#updateLockClause}; by default the clause for all other rows. */
        public Builder updateLockClause(String value) {
            this.updateLockClause = value;
            return this;
        }

        /** A plain SELECT reads a transaction's own rows as they are, and a later one no other rows because of it. */
        public Builder ownRowsNeedNoLock() {
            this.ownRowsClause = "";
            return this;
        }

        /** See {@link Dialect#rowsOfUpdate}. */
        public Builder rowsOfUpdate(RowsOfChange value) {
            this.rowsOfUpdate = value;
            return this;
        }

        /** See {@link Dialect#rowsOfDelete}. */
        public Builder rowsOfDelete(RowsOfChange value) {
            this.rowsOfDelete = value;
            return this;
        }

        /** See {@link Dialect#locksGaps}; by default only rows are locked. */
        public Builder locksGaps() {
            this.locksGaps = true;
            return this;
        }

        /** See {@link Dialect#transactionStart}. */
        public Builder transactionStart(@Nullable String statement) {
            this.transactionStart = statement;
            return this;
        }

        public Builder explicitIdentityClause(String value) {
            this.explicitIdentityClause = value;
            return this;
        }

        public Builder maxRowsPerStatement(int value) {
            this.maxRowsPerStatement = value;
            return this;
        }

        /** See {@link Dialect#rowsReversedTogether}; by default each has a statement of its own. */
        public Builder rowsReversedTogether(int value) {
            this.rowsReversedTogether = value;
            return this;
        }

        public Builder currentTimestamp(String value) {
            this.currentTimestamp = value;
            return this;
        }

        /** Any of these characters ends the resource id within the URL. */
        public Builder resourceIdEndsAt(String characters) {
            return resourceId(url -> upToFirstOf(url, characters));
        }

        /** How the resource id follows from the URL. */
        public Builder resourceId(UnaryOperator<String> rule) {
            this.resourceId = rule;
            return this;
        }

        /** Types whose driver reports a constant of {@link java.sql.Types} that says less than the type's name. */
        public Builder jdbcTypes(Map<String, Integer> byTypeName) {
            this.jdbcTypes = Map.copyOf(byTypeName);
            return this;
        }

        /** How values travel, by type name; those of other types as {@code others}. By default all are typed. */
        public Builder forms(Map<String, ColumnForm> byTypeName, ColumnForm others) {
            this.forms = Map.copyOf(byTypeName);
            this.otherForm = others;
            return this;
        }

        /** Classes that the driver gives, by type name, where they are not those of JDBC: official undo logs name them. */
        public Builder officialClasses(Map<String, String> byTypeName) {
            this.officialClasses = Map.copyOf(byTypeName);
            return this;
        }

        /** How values of types travel whose name is not among {@link #forms}, by the constant of {@link java.sql.Types}. */
        public Builder formsByJdbcType(Map<Integer, ColumnForm> value) {
            this.formsByJdbcType = Map.copyOf(value);
            return this;
        }

        public Builder keySource(KeySource value) {
            this.keySource = value;
            return this;
        }

        /** See {@link Dialect#rowLimit}. */
        public Builder rowLimit(String value) {
            this.rowLimit = value;
            return this;
        }

        /** Deletes some rows: {@code %1$s} is the table, {@code %2$s} the condition, the last parameter the largest number. */
        public Builder undoLogSweep(String value) {
            if (!value.contains("%2$s")) {
                throw new IllegalArgumentException("The condition must stand in the sweep as %2$s: " + value);
            }
            this.undoLogSweep = value;
            return this;
        }

        /** The name of a file in {@code dev/lockstep/rm/undo_log}, without what is behind the point. */
        public Builder undoLogScript(String value) {
            this.undoLogScript = value;
            return this;
        }

        /** See {@link Dialect#largestStatement}. */
        public Builder largestStatement(String query) {
            this.largestStatement = query;
            return this;
        }

        public Builder uniqueViolationStates(Set<String> values) {
            this.uniqueViolationStates = Set.copyOf(values);
            return this;
        }

        /** Error codes of the vendor, where the SQLState says less. */
        public Builder uniqueViolationCodes(Set<Integer> values) {
            this.uniqueViolationCodes = Set.copyOf(values);
            return this;
        }

        /** SQLStates, or their beginnings, that prove a failed commit. */
        public Builder commitFailureStates(List<String> prefixes) {
            this.commitFailureStates = List.copyOf(prefixes);
            return this;
        }

        public Builder ownSession(OwnSession value) {
            this.ownSession = value;
            return this;
        }

        /** See {@link Dialect#universalTime}. */
        public Builder universalTime(UniversalTime value) {
            this.universalTime = value;
            return this;
        }

        /** What each session may have made of its own: the query and what the mode in its second column means. */
        public Builder session(String query, Function<String, SqlRules> rules) {
            this.sessionQuery = query;
            this.rulesByMode = rules;
            return this;
        }

        public Builder columnTraits(String query) {
            this.columnTraits = query;
            return this;
        }

        public Builder triggers(String query) {
            this.triggers = query;
            return this;
        }

        public Builder unseenTriggers(String query) {
            this.unseenTriggers = query;
            return this;
        }

        public Builder triggerPrivilege(String query) {
            this.triggerPrivilege = query;
            return this;
        }

        /** See {@link Dialect#insertedMark}. */
        public Builder insertedMark(String expression) {
            this.insertedMark = expression;
            return this;
        }

        /** See {@link Dialect#mayLeaveOutUnchangedRows}; by default every row counts that the statement finds. */
        public Builder mayLeaveOutUnchangedRows() {
            this.mayLeaveOutUnchangedRows = true;
            return this;
        }

        /** What type a value must be cast to before it is compared with a column; by default none is cast. */
        public Builder castTypes(UnaryOperator<String> castTypeOfColumnType) {
            this.castTypes = castTypeOfColumnType;
            return this;
        }

        public Builder insertTriggers(String query) {
            this.insertTriggers = query;
            return this;
        }

        /** Error codes of {@link Dialect#endsLocalTransaction}, and queries by error code that tell of others. */
        public Builder localTransactionEnds(Set<Integer> always, Map<Integer, String> perhaps) {
            this.localTransactionEnds = Set.copyOf(always);
            this.localTransactionMayEnd = Map.copyOf(perhaps);
            return this;
        }

        /** See {@link Dialect#deferrableKey}. */
        public Builder deferrableKey(String query) {
            this.deferrableKey = query;
            return this;
        }

        /** See {@link Dialect#lastGeneratedNumber}. */
        public Builder lastGeneratedNumber(String query) {
            this.lastGeneratedNumber = query;
            return this;
        }

        public Dialect build() {
            return new Dialect(this);
        }
    }
}

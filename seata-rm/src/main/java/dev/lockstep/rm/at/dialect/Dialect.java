package dev.lockstep.rm.at.dialect;

import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.SqlRules;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    private final String name;
    private final SqlRules sqlRules;
    private final UnquotedNames unquotedNames;
    private final String identifierQuote;
    private final String lockClause;
    private final String explicitIdentityClause;
    private final int maxRowsPerStatement;
    private final String currentTimestamp;
    private final UnaryOperator<String> resourceId;
    private final Map<String, Integer> jdbcTypes;
    private final @Nullable Set<String> typedColumns;
    private final String undoLogSweep;
    private final Set<String> uniqueViolationStates;
    private final List<String> commitFailureStates;
    private final @Nullable String readLockWaitMillis;
    private final @Nullable String setLockWaitMillis;
    private final @Nullable String selfChangingColumns;
    private final @Nullable String triggers;
    private final @Nullable String unseenTriggers;
    private final @Nullable String insertedMark;
    private final @Nullable UnaryOperator<String> castTypes;

    private Dialect(Builder builder) {
        this.name = builder.name;
        this.sqlRules = builder.sqlRules;
        this.unquotedNames = builder.unquotedNames;
        this.identifierQuote = builder.identifierQuote;
        this.lockClause = builder.lockClause;
        this.explicitIdentityClause = builder.explicitIdentityClause;
        this.maxRowsPerStatement = builder.maxRowsPerStatement;
        this.currentTimestamp = builder.currentTimestamp;
        this.resourceId = builder.resourceId;
        this.jdbcTypes = builder.jdbcTypes;
        this.typedColumns = builder.typedColumns;
        this.undoLogSweep = builder.undoLogSweep;
        this.uniqueViolationStates = builder.uniqueViolationStates;
        this.commitFailureStates = builder.commitFailureStates;
        this.readLockWaitMillis = builder.readLockWaitMillis;
        this.setLockWaitMillis = builder.setLockWaitMillis;
        this.selfChangingColumns = builder.selfChangingColumns;
        this.triggers = builder.triggers;
        this.unseenTriggers = builder.unseenTriggers;
        this.insertedMark = builder.insertedMark;
        this.castTypes = builder.castTypes;
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

    /** The name as the database stores it. */
    public String stored(Identifier identifier) {
        if (identifier.quoted()) {
            return identifier.name();
        }
        return switch (unquotedNames) {
            case UPPER_CASE -> identifier.name().toUpperCase(Locale.ROOT);
            case LOWER_CASE -> identifier.name().toLowerCase(Locale.ROOT);
            case AS_WRITTEN -> identifier.name();
        };
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

    /** What stands between columns and VALUES so that an identity column takes the value given; may be empty. */
    public String explicitIdentityClause() {
        return explicitIdentityClause;
    }

    /** How many rows one statement of ours may name by key. */
    public int maxRowsPerStatement() {
        return maxRowsPerStatement;
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

    /** Whether values of this type are read and bound in the database's own text form. */
    public boolean isCarriedAsText(String typeName) {
        return typedColumns != null && !typedColumns.contains(typeName);
    }

    /** Deletes old undo logs: {@code %1$s} is the table, the parameters are the moment and the largest number of rows. */
    public String undoLogSweep() {
        return undoLogSweep;
    }

    /** Whether the statement failed because a unique key holds the value already. */
    public boolean isUniqueViolation(SQLException e) {
        return e.getSQLState() != null && uniqueViolationStates.contains(e.getSQLState());
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

    /** Query for how long a statement waits for a row lock, in milliseconds; null where it cannot be asked. */
    public @Nullable String readLockWaitMillis() {
        return readLockWaitMillis;
    }

    /** Statement that sets it for the session; {@code %d} is the number. Null where it cannot be set. */
    public @Nullable String setLockWaitMillis() {
        return setLockWaitMillis;
    }

    /** Query for the columns that an UPDATE changes though it does not name them; parameters are schema and table. */
    public @Nullable String selfChangingColumns() {
        return selfChangingColumns;
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
     * An expression behind RETURNING that is true of rows which an upsert has inserted and false of those it has updated; null
     * where there is no such thing.
     */
    public @Nullable String insertedMark() {
        return insertedMark;
    }

    /** A value as it will be in a column of this type, so that it can be compared with one that is there. */
    public String assigned(String value, String typeName) {
        return castTypes == null ? value : "CAST(" + value + " AS " + castTypes.apply(typeName) + ")";
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
        private String identifierQuote = "\"";
        private String lockClause = "FOR UPDATE";
        private String explicitIdentityClause = "";
        private int maxRowsPerStatement = 500;
        private String currentTimestamp = "CURRENT_TIMESTAMP(6)";
        private UnaryOperator<String> resourceId = url -> upToFirstOf(url, "?");
        private Map<String, Integer> jdbcTypes = Map.of();
        private @Nullable Set<String> typedColumns;
        private String undoLogSweep = "DELETE FROM %s WHERE log_created <= ? FETCH FIRST ? ROWS ONLY";
        private Set<String> uniqueViolationStates = Set.of("23505");
        private List<String> commitFailureStates = List.of("23", "40");
        private @Nullable String readLockWaitMillis;
        private @Nullable String setLockWaitMillis;
        private @Nullable String selfChangingColumns;
        private @Nullable String triggers;
        private @Nullable String unseenTriggers;
        private @Nullable String insertedMark;
        private @Nullable UnaryOperator<String> castTypes;

        private Builder(String name, SqlRules sqlRules) {
            this.name = Objects.requireNonNull(name, "name");
            this.sqlRules = Objects.requireNonNull(sqlRules, "sqlRules");
        }

        public Builder unquotedNames(UnquotedNames value) {
            this.unquotedNames = value;
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

        public Builder explicitIdentityClause(String value) {
            this.explicitIdentityClause = value;
            return this;
        }

        public Builder maxRowsPerStatement(int value) {
            this.maxRowsPerStatement = value;
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

        /** The only types whose Java values are exact; all others travel as text. By default all are exact. */
        public Builder typedColumns(Set<String> typeNames) {
            this.typedColumns = Set.copyOf(typeNames);
            return this;
        }

        public Builder undoLogSweep(String value) {
            this.undoLogSweep = value;
            return this;
        }

        public Builder uniqueViolationStates(Set<String> values) {
            this.uniqueViolationStates = Set.copyOf(values);
            return this;
        }

        /** SQLStates, or their beginnings, that prove a failed commit. */
        public Builder commitFailureStates(List<String> prefixes) {
            this.commitFailureStates = List.copyOf(prefixes);
            return this;
        }

        public Builder lockWaitMillis(String query, String statement) {
            this.readLockWaitMillis = query;
            this.setLockWaitMillis = statement;
            return this;
        }

        public Builder selfChangingColumns(String query) {
            this.selfChangingColumns = query;
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

        /** See {@link Dialect#insertedMark}. */
        public Builder insertedMark(String expression) {
            this.insertedMark = expression;
            return this;
        }

        /** What type a value must be cast to before it is compared with a column; by default none is cast. */
        public Builder castTypes(UnaryOperator<String> castTypeOfColumnType) {
            this.castTypes = castTypeOfColumnType;
            return this;
        }

        public Dialect build() {
            return new Dialect(this);
        }
    }
}

package dev.lockstep.rm.at.dialect;

import dev.lockstep.rm.at.sql.SqlRules;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The facts of one database that the AT mode needs, grouped by the step that asks for them. A table, not a class family: what no
 * fact can say lives beside the provider in the database's own folder. Immutable.
 */
public final class Dialect {

    private final String name;
    private final SqlRules sqlRules;
    private final UnaryOperator<String> resourceId;
    private final Names names;
    private final SessionFacts session;
    private final Catalogue catalogue;
    private final ColumnTypes types;
    private final RowReads reads;
    private final ChangedRows changedRows;
    private final Errors errors;
    private final UndoLogFacts undoLogs;
    private final Replay replay;

    private Dialect(Builder builder) {
        this.name = builder.name;
        this.sqlRules = builder.sqlRules;
        this.resourceId = builder.resourceId;
        this.names = builder.names;
        this.session = builder.session;
        this.catalogue = builder.catalogue;
        this.types = builder.types;
        this.reads = builder.reads;
        this.changedRows = builder.changedRows;
        this.errors = builder.errors;
        this.undoLogs = builder.undoLogs;
        this.replay = builder.replay;
    }

    /** Starts from the facts of standard SQL and of JDBC. */
    public static Builder builder(String name, SqlRules sqlRules) {
        return new Builder(name, sqlRules);
    }

    /** For messages, for example {@code H2 in MySQL mode}. */
    public String name() {
        return name;
    }

    /** The official resource id of the database that a JDBC URL names. */
    public String resourceId(String jdbcUrl) {
        return resourceId.apply(jdbcUrl);
    }

    /** The facts that the recogniser needs. */
    public SqlRules sqlRules() {
        return sqlRules;
    }

    /** The facts that the recogniser needs in sessions of this SQL mode. */
    public SqlRules sqlRules(String sqlMode) {
        Function<String, SqlRules> byMode = session.rulesByMode();
        return byMode == null ? sqlRules : byMode.apply(sqlMode);
    }

    /** For every step. */
    public Names names() {
        return names;
    }

    /** For what runs in a session. */
    public SessionFacts session() {
        return session;
    }

    /** For what is known of tables. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** For what is known of columns. */
    public ColumnTypes types() {
        return types;
    }

    /** For images. */
    public RowReads reads() {
        return reads;
    }

    /** For captures. */
    public ChangedRows changedRows() {
        return changedRows;
    }

    /** For whoever meets one. */
    public Errors errors() {
        return errors;
    }

    /** For the undo_log table. */
    public UndoLogFacts undoLogs() {
        return undoLogs;
    }

    /** For rollbacks. */
    public Replay replay() {
        return replay;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the facts; what is not said is that of standard SQL and of JDBC. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final SqlRules sqlRules;
        private UnaryOperator<String> resourceId = url -> upToFirstOf(url, "?");
        private Names names = Names.STANDARD;
        private SessionFacts session = SessionFacts.STANDARD;
        private Catalogue catalogue = Catalogue.STANDARD;
        private ColumnTypes types = ColumnTypes.STANDARD;
        private RowReads reads = RowReads.STANDARD;
        private ChangedRows changedRows = ChangedRows.STANDARD;
        private Errors errors = Errors.STANDARD;
        private UndoLogFacts undoLogs = UndoLogFacts.STANDARD;
        private Replay replay = Replay.STANDARD;

        private Builder(String name, SqlRules sqlRules) {
            this.name = Objects.requireNonNull(name, "name");
            this.sqlRules = Objects.requireNonNull(sqlRules, "sqlRules");
        }

        /** Any of these characters ends the resource id within the URL. */
        public Builder resourceIdEndsAt(String characters) {
            return resourceId(url -> upToFirstOf(url, characters));
        }

        private static String upToFirstOf(String jdbcUrl, String ends) {
            for (int i = 0; i < jdbcUrl.length(); i++) {
                if (ends.indexOf(jdbcUrl.charAt(i)) >= 0) {
                    return jdbcUrl.substring(0, i);
                }
            }
            return jdbcUrl;
        }

        /** How the resource id follows from the URL. */
        public Builder resourceId(UnaryOperator<String> rule) {
            this.resourceId = rule;
            return this;
        }

        public Builder names(Names value) {
            this.names = value;
            return this;
        }

        public Builder session(SessionFacts value) {
            this.session = value;
            return this;
        }

        public Builder catalogue(Catalogue value) {
            this.catalogue = value;
            return this;
        }

        public Builder types(ColumnTypes value) {
            this.types = value;
            return this;
        }

        public Builder reads(RowReads value) {
            this.reads = value;
            return this;
        }

        public Builder changedRows(ChangedRows value) {
            this.changedRows = value;
            return this;
        }

        public Builder errors(Errors value) {
            this.errors = value;
            return this;
        }

        public Builder undoLogs(UndoLogFacts value) {
            this.undoLogs = value;
            return this;
        }

        public Builder replay(Replay value) {
            this.replay = value;
            return this;
        }

        public Dialect build() {
            return new Dialect(this);
        }
    }
}

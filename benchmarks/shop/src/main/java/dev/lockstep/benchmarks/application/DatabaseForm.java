package dev.lockstep.benchmarks.application;

import java.util.List;

/** The databases, as far as applications of the benchmarks meet their differences: the table of undo logs. */
enum DatabaseForm {
    /** In MySQL mode. */
    H2("""
            CREATE TABLE undo_log (
                branch_id     BIGINT       NOT NULL,
                xid           VARCHAR(128) NOT NULL,
                context       VARCHAR(128) NOT NULL,
                rollback_info LONGBLOB     NOT NULL,
                log_status    INT          NOT NULL,
                log_created   DATETIME(6)  NOT NULL,
                log_modified  DATETIME(6)  NOT NULL,
                CONSTRAINT ux_undo_log UNIQUE (xid, branch_id)
            )"""),

    /** MariaDB, too. */
    MYSQL("""
            CREATE TABLE undo_log (
                branch_id     BIGINT       NOT NULL,
                xid           VARCHAR(128) NOT NULL,
                context       VARCHAR(128) NOT NULL,
                rollback_info LONGBLOB     NOT NULL,
                log_status    INT          NOT NULL,
                log_created   DATETIME(6)  NOT NULL,
                log_modified  DATETIME(6)  NOT NULL,
                UNIQUE KEY ux_undo_log (xid, branch_id)
            )"""),

    POSTGRESQL("""
            CREATE TABLE undo_log (
                id            SERIAL       NOT NULL PRIMARY KEY,
                branch_id     BIGINT       NOT NULL,
                xid           VARCHAR(128) NOT NULL,
                context       VARCHAR(128) NOT NULL,
                rollback_info BYTEA        NOT NULL,
                log_status    INT          NOT NULL,
                log_created   TIMESTAMP(0) NOT NULL,
                log_modified  TIMESTAMP(0) NOT NULL,
                CONSTRAINT ux_undo_log UNIQUE (xid, branch_id)
            )""");

    private final String undoLog;

    DatabaseForm(String undoLog) {
        this.undoLog = undoLog;
    }

    /**
     * @throws IllegalArgumentException if there is no table of undo logs for what the URL names
     */
    static DatabaseForm of(String url) {
        if (url.startsWith("jdbc:h2:")) {
            return H2;
        }
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            return MYSQL;
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        throw new IllegalArgumentException(
                "\"" + url + "\" is none of H2, MySQL, MariaDB and PostgreSQL; the benchmarks know no other.");
    }

    /** The statements that make the table, without the index on the time, which no transaction uses. */
    List<String> undoLog() {
        return List.of(undoLog);
    }
}

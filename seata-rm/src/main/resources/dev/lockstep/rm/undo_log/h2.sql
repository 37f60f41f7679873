-- The undo_log table for H2 2.x, every mode: the same columns as the official client's MySQL script.
CREATE TABLE IF NOT EXISTS undo_log (
    branch_id     BIGINT              NOT NULL,
    xid           VARCHAR(128)        NOT NULL,
    context       VARCHAR(128)        NOT NULL,
    rollback_info BINARY LARGE OBJECT NOT NULL,
    log_status    INT                 NOT NULL,
    log_created   TIMESTAMP(6)        NOT NULL,
    log_modified  TIMESTAMP(6)        NOT NULL,
    CONSTRAINT ux_undo_log UNIQUE (xid, branch_id)
);
CREATE INDEX IF NOT EXISTS ix_log_created ON undo_log (log_created);

-- So that the database is in use at the start with every starter and without, and has what they look for.
CREATE TABLE undo_log (
    branch_id     BIGINT       NOT NULL,
    xid           VARCHAR(128) NOT NULL,
    context       VARCHAR(128) NOT NULL,
    rollback_info BLOB         NOT NULL,
    log_status    INT          NOT NULL,
    log_created   TIMESTAMP(6) NOT NULL,
    log_modified  TIMESTAMP(6) NOT NULL,
    UNIQUE (xid, branch_id)
);

create table if not exists stock (
    product   varchar(40) primary key,
    available int not null,
    price     int not null
);

-- Every database that takes part in global transactions has this table. Its columns are those of the official client.
-- Outside a sample it has an index on log_created too: docs/getting-started.md has the script of each database.
create table if not exists undo_log (
    branch_id     bigint       not null,
    xid           varchar(128) not null,
    context       varchar(128) not null,
    rollback_info longblob     not null,
    log_status    int          not null,
    log_created   datetime(6)  not null,
    log_modified  datetime(6)  not null,
    constraint ux_undo_log unique (xid, branch_id)
);

-- Changes to many files at once: what was asked for, and how far it is.

CREATE TABLE bulk_task (
    id          uuid        PRIMARY KEY,
    bucket_id   bigint      NOT NULL REFERENCES bucket ON DELETE CASCADE,
    operation   text        NOT NULL CHECK (operation IN ('delete', 'tag', 'move')),
    ids         uuid[]      CHECK (cardinality(ids) BETWEEN 1 AND 1000),
    prefix      text        COLLATE "C",
    tags        jsonb,
    to_bucket   text,
    to_prefix   text,
    key         text        COLLATE "C",
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    state       text        NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'DONE', 'CANCELLED')),
    checkpoint  text        COLLATE "C" NOT NULL DEFAULT '',
    done        bigint      NOT NULL DEFAULT 0,
    failed      bigint      NOT NULL DEFAULT 0,
    failures    jsonb       NOT NULL DEFAULT '[]',
    created_at  timestamptz NOT NULL DEFAULT catalog_now(),
    finished_at timestamptz,
    CHECK ((ids IS NULL) <> (prefix IS NULL)),
    UNIQUE (bucket_id, key)
);
CREATE INDEX bulk_task_waiting ON bulk_task (created_at, id) WHERE state = 'PENDING';
COMMENT ON TABLE  bulk_task IS 'Changes to many files that users asked for; the job bulk carries them out';
COMMENT ON COLUMN bulk_task.id IS 'Task id, UUID version 7';
COMMENT ON COLUMN bulk_task.bucket_id IS 'The bucket of the files';
COMMENT ON COLUMN bulk_task.operation IS 'delete, tag or move';
COMMENT ON COLUMN bulk_task.ids IS 'The files, if they were named by their ids';
COMMENT ON COLUMN bulk_task.prefix IS 'What the names of the files begin with, if they were named so';
COMMENT ON COLUMN bulk_task.tags IS 'tag: values by key, null takes a tag away';
COMMENT ON COLUMN bulk_task.to_bucket IS 'move: the bucket they go to; null: theirs';
COMMENT ON COLUMN bulk_task.to_prefix IS 'move: what their names begin with then';
COMMENT ON COLUMN bulk_task.key IS 'What the client called it, unique in the bucket';
COMMENT ON COLUMN bulk_task.fingerprint IS 'SHA-256 over what was asked for';
COMMENT ON COLUMN bulk_task.state IS 'PENDING waits or is carried out; DONE all were tried; CANCELLED told to stop';
COMMENT ON COLUMN bulk_task.checkpoint IS 'What the next step begins behind: a name, or a number of ids';
COMMENT ON COLUMN bulk_task.done IS 'Files changed';
COMMENT ON COLUMN bulk_task.failed IS 'Files that could not be changed';
COMMENT ON COLUMN bulk_task.failures IS 'The first 100 of them, each with the code of its error';
COMMENT ON COLUMN bulk_task.created_at IS 'When it was asked for';
COMMENT ON COLUMN bulk_task.finished_at IS 'When it ended';

SELECT consigne_grant();

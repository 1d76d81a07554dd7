-- The catalog: buckets, files, contents. The content row is the only authority on whether bytes may be read or
-- removed; docs/architecture.md tells the protocol, this file the data.

-- The one clock. Leases, ages and delays are judged by it and by no other; tests replace it to let time pass.
CREATE FUNCTION catalog_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';
COMMENT ON FUNCTION catalog_now() IS 'The time that decides leases, delays and ages: PostgreSQL''s own, never a pod''s';

CREATE TABLE store_identity (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    store_id      uuid    NOT NULL DEFAULT gen_random_uuid(),
    mongo_mark    bigint  NOT NULL DEFAULT 0,
    cursor_secret bytea   NOT NULL
        DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
    created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE  store_identity IS 'Which pair of stores this is; one row';
COMMENT ON COLUMN store_identity.only_row IS 'Always true: keeps the table at one row';
COMMENT ON COLUMN store_identity.store_id IS 'Equal in MongoDB''s meta collection, or the service refuses to serve';
COMMENT ON COLUMN store_identity.mongo_mark IS 'Reserved for noticing a MongoDB put back in time; nothing reads it yet';
COMMENT ON COLUMN store_identity.cursor_secret IS 'Key of the signature on list cursors, shared by all replicas';
COMMENT ON COLUMN store_identity.created_at IS 'When the catalog was made';
INSERT INTO store_identity DEFAULT VALUES;

CREATE TABLE bucket (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text        COLLATE "C" NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$'),
    max_file_bytes bigint      CHECK (max_file_bytes > 0),
    created_at     timestamptz NOT NULL DEFAULT catalog_now(),
    updated_at     timestamptz NOT NULL DEFAULT catalog_now()
);
COMMENT ON TABLE  bucket IS 'A named container of files and its settings';
COMMENT ON COLUMN bucket.id IS 'Internal key';
COMMENT ON COLUMN bucket.name IS 'What users call it: 3 to 63 of a-z 0-9 . -';
COMMENT ON COLUMN bucket.max_file_bytes IS 'Largest file taken, in bytes; null: the limit of the service';
COMMENT ON COLUMN bucket.created_at IS 'When it was made';
COMMENT ON COLUMN bucket.updated_at IS 'When its settings last changed';

CREATE TABLE content (
    id            uuid        PRIMARY KEY,
    seq           bigint      GENERATED ALWAYS AS IDENTITY,
    state         text        NOT NULL CHECK (state IN
        ('PENDING', 'LIVE', 'DAMAGED', 'TOMBSTONED', 'ABORTING', 'SUSPECT', 'PURGING', 'PURGED')),
    fence         int         NOT NULL DEFAULT 1,
    lease_until   timestamptz,
    owner         text        NOT NULL,
    chunk_size    int         NOT NULL CHECK (chunk_size > 0),
    chunk_limit   int         NOT NULL CHECK (chunk_limit >= 0),
    chunk_count   int         CHECK (chunk_count BETWEEN 0 AND chunk_limit),
    length        bigint      CHECK (length >= 0),
    sha256        bytea       CHECK (octet_length(sha256) = 32),
    crc32c        bigint      CHECK (crc32c BETWEEN 0 AND 4294967295),
    file_id       uuid,
    generation    bigint,
    created_at    timestamptz NOT NULL DEFAULT catalog_now(),
    committed_at  timestamptz,
    aborted_at    timestamptz,
    tombstoned_at timestamptz,
    purge_after   timestamptz,
    purge_lease   timestamptz,
    purged_at     timestamptz,
    verified_at   timestamptz,
    damage        jsonb,
    CONSTRAINT content_live_is_complete CHECK (state NOT IN ('LIVE', 'DAMAGED', 'TOMBSTONED')
        OR (committed_at IS NOT NULL AND length IS NOT NULL AND sha256 IS NOT NULL AND chunk_count IS NOT NULL))
);
COMMENT ON TABLE  content IS 'The bytes of one generation of a file: one upload attempt, never changed once LIVE';
COMMENT ON COLUMN content.id IS 'Content id, UUID version 7; the chunks in MongoDB are named by it';
COMMENT ON COLUMN content.seq IS 'Grows with every content; reserved for noticing a catalog put back in time, nothing reads it yet';
COMMENT ON COLUMN content.state IS 'PENDING upload runs; LIVE readable; DAMAGED chunks missing or wrong; TOMBSTONED replaced or deleted; ABORTING upload failed; SUSPECT complete but never published; PURGING chunks are being removed; PURGED chunks removed';
COMMENT ON COLUMN content.fence IS 'Changes when the right to publish is taken away; a writer with an older fence can do nothing';
COMMENT ON COLUMN content.lease_until IS 'PENDING only: while this is ahead, the upload is taken to be running';
COMMENT ON COLUMN content.owner IS 'Which process holds the lease (for people; nothing decides by it)';
COMMENT ON COLUMN content.chunk_size IS 'Bytes in every chunk but the last';
COMMENT ON COLUMN content.chunk_limit IS 'No chunk with this number or a higher one was ever written: what the collector has to remove';
COMMENT ON COLUMN content.chunk_count IS 'Chunks of a published content';
COMMENT ON COLUMN content.length IS 'Bytes of a published content';
COMMENT ON COLUMN content.sha256 IS 'SHA-256 of the bytes';
COMMENT ON COLUMN content.crc32c IS 'CRC32C of the bytes, unsigned';
COMMENT ON COLUMN content.file_id IS 'The file it was published as; kept after a replacement';
COMMENT ON COLUMN content.generation IS 'The generation it was published as';
COMMENT ON COLUMN content.created_at IS 'When the upload began';
COMMENT ON COLUMN content.committed_at IS 'When it was published';
COMMENT ON COLUMN content.aborted_at IS 'When the upload was given up';
COMMENT ON COLUMN content.tombstoned_at IS 'When it was replaced or deleted';
COMMENT ON COLUMN content.purge_after IS 'TOMBSTONED and SUSPECT: not removed before this time';
COMMENT ON COLUMN content.purge_lease IS 'PURGING and PURGED: another collector may take over after this time';
COMMENT ON COLUMN content.purged_at IS 'When its chunks were found removed';
COMMENT ON COLUMN content.verified_at IS 'When its chunks were last checked';
COMMENT ON COLUMN content.damage IS 'DAMAGED: what was found';
-- What the collector looks for; LIVE rows, nearly all of them, are in none of it.
CREATE INDEX content_lapsing ON content (lease_until) WHERE state = 'PENDING';
CREATE INDEX content_garbage ON content (state, purge_after)
    WHERE state IN ('TOMBSTONED', 'ABORTING', 'SUSPECT', 'PURGING', 'PURGED');

CREATE TABLE file (
    id         uuid        PRIMARY KEY,
    bucket_id  bigint      NOT NULL REFERENCES bucket,
    name       text        COLLATE "C" NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 1024),
    media_type text        NOT NULL,
    content_id uuid        NOT NULL UNIQUE REFERENCES content,
    generation bigint      NOT NULL DEFAULT 1 CHECK (generation > 0),
    created_at timestamptz NOT NULL DEFAULT catalog_now(),
    updated_at timestamptz NOT NULL DEFAULT catalog_now(),
    -- Uniqueness, look-up by name and the keyset of listings in one index: 1024 bytes fit a B-tree entry (2704).
    UNIQUE (bucket_id, name)
);
COMMENT ON TABLE  file IS 'What users see: a name in a bucket and the content it has now';
COMMENT ON COLUMN file.id IS 'File id, UUID version 7; stays through replacements';
COMMENT ON COLUMN file.bucket_id IS 'The bucket it is in';
COMMENT ON COLUMN file.name IS 'Its name, NFC, at most 1024 bytes of UTF-8, unique in the bucket; sorted by bytes';
COMMENT ON COLUMN file.media_type IS 'As declared at upload; never trusted to render';
COMMENT ON COLUMN file.content_id IS 'Its current content; one content belongs to one file';
COMMENT ON COLUMN file.generation IS '1 at creation, one more with every replacement';
COMMENT ON COLUMN file.created_at IS 'When the file was first published';
COMMENT ON COLUMN file.updated_at IS 'When the current generation was published';

CREATE TABLE outbox (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event      text        NOT NULL CHECK (event IN ('file.stored', 'file.deleted')),
    payload    jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT catalog_now()
);
COMMENT ON TABLE  outbox IS 'What happened, written in the transaction that made it happen; kept for a set time';
COMMENT ON COLUMN outbox.id IS 'Grows with every event; order within one file is the order of its commits';
COMMENT ON COLUMN outbox.event IS 'file.stored or file.deleted';
COMMENT ON COLUMN outbox.payload IS 'bucket, name, fileId, contentId, generation, length';
COMMENT ON COLUMN outbox.created_at IS 'When the transaction began';
CREATE INDEX outbox_age ON outbox (created_at);

-- Views: the documented way to read metadata with psql, pgAdmin or an ORM. Columns are added, never renamed.
CREATE VIEW file_current AS
SELECT b.name AS bucket, f.name, f.id, f.generation, c.length, f.media_type, encode(c.sha256, 'hex') AS sha256,
       f.created_at, f.updated_at, c.state AS content_state
FROM file f JOIN bucket b ON b.id = f.bucket_id JOIN content c ON c.id = f.content_id;
COMMENT ON VIEW   file_current IS 'Every file with its current content';
COMMENT ON COLUMN file_current.bucket IS 'Bucket name';
COMMENT ON COLUMN file_current.name IS 'File name, unique in the bucket';
COMMENT ON COLUMN file_current.id IS 'File id';
COMMENT ON COLUMN file_current.generation IS 'How often it was stored';
COMMENT ON COLUMN file_current.length IS 'Bytes';
COMMENT ON COLUMN file_current.media_type IS 'As declared at upload';
COMMENT ON COLUMN file_current.sha256 IS 'SHA-256 of the bytes, in hex';
COMMENT ON COLUMN file_current.created_at IS 'First stored';
COMMENT ON COLUMN file_current.updated_at IS 'Last stored';
COMMENT ON COLUMN file_current.content_state IS 'LIVE, or DAMAGED when its chunks were found missing or wrong';

CREATE VIEW bucket_usage AS
SELECT b.name AS bucket, count(f.id) AS files, coalesce(sum(c.length), 0)::bigint AS bytes, max(f.updated_at) AS last_change
FROM bucket b LEFT JOIN file f ON f.bucket_id = b.id LEFT JOIN content c ON c.id = f.content_id
GROUP BY b.id, b.name;
COMMENT ON VIEW   bucket_usage IS 'Files and bytes per bucket, counted now';
COMMENT ON COLUMN bucket_usage.bucket IS 'Bucket name';
COMMENT ON COLUMN bucket_usage.files IS 'Number of files';
COMMENT ON COLUMN bucket_usage.bytes IS 'Sum of their lengths';
COMMENT ON COLUMN bucket_usage.last_change IS 'When a file of it was last stored';

CREATE VIEW content_by_state AS
SELECT state, count(*) AS contents, coalesce(sum(length), 0)::bigint AS bytes, min(created_at) AS oldest
FROM content GROUP BY state;
COMMENT ON VIEW   content_by_state IS 'What is live, running and waiting to be removed';
COMMENT ON COLUMN content_by_state.state IS 'See content.state';
COMMENT ON COLUMN content_by_state.contents IS 'Number of contents';
COMMENT ON COLUMN content_by_state.bytes IS 'Sum of known lengths';
COMMENT ON COLUMN content_by_state.oldest IS 'When the oldest of them began';

-- The read-only role: GRANT consigne_reader TO an analyst. Roles belong to the whole server, so making one may be
-- refused or done already; neither stops the migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'consigne_reader') THEN
        CREATE ROLE consigne_reader NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'role consigne_reader not made: this user may not create roles; see docs/operations.md';
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server was migrated at the same moment
END
$$;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'consigne_reader') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO consigne_reader', current_schema());
        GRANT SELECT ON file_current, bucket_usage, content_by_state TO consigne_reader;
    END IF;
END
$$;

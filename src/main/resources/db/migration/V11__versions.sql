-- What is replaced or deleted in a bucket that keeps versions stays readable. docs/decisions/0009-versions.md says why so.

ALTER TABLE bucket
    ADD COLUMN versioned                 boolean NOT NULL DEFAULT false,
    ADD COLUMN version_retention_seconds bigint  CHECK (version_retention_seconds > 0);
COMMENT ON COLUMN bucket.versioned IS 'Whether what is replaced or deleted stays as a version';
COMMENT ON COLUMN bucket.version_retention_seconds IS 'How long a version stays, from when it was replaced or deleted; null: until it is deleted';

CREATE TABLE file_version (
    file_id        uuid        NOT NULL,
    generation     bigint      NOT NULL CHECK (generation > 0),
    bucket_id      bigint      NOT NULL REFERENCES bucket,
    name           text        COLLATE "C" NOT NULL,
    media_type     text        NOT NULL,
    content_id     uuid        NOT NULL REFERENCES content,
    length         bigint      NOT NULL CHECK (length >= 0),
    metageneration bigint      NOT NULL,
    metadata       jsonb       NOT NULL,
    tags           jsonb       NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    deleted        boolean     NOT NULL,
    replaced_at    timestamptz NOT NULL DEFAULT catalog_now(),
    expires_at     timestamptz,
    PRIMARY KEY (file_id, generation)
);
COMMENT ON TABLE  file_version IS 'What files were: the row of file as it stood when it was replaced or deleted, in buckets that keep versions';
COMMENT ON COLUMN file_version.file_id IS 'The file; no reference, versions outlive it';
COMMENT ON COLUMN file_version.generation IS 'Which of its generations';
COMMENT ON COLUMN file_version.bucket_id IS 'The bucket its file is in, or was when it was deleted';
COMMENT ON COLUMN file_version.name IS 'Its name then';
COMMENT ON COLUMN file_version.media_type IS 'As declared at upload';
COMMENT ON COLUMN file_version.content_id IS 'Its content; counted in content.refs as that of a file is';
COMMENT ON COLUMN file_version.length IS 'Bytes of its content';
COMMENT ON COLUMN file_version.metageneration IS 'As in file, then';
COMMENT ON COLUMN file_version.metadata IS 'As in file, then';
COMMENT ON COLUMN file_version.tags IS 'As in file, then';
COMMENT ON COLUMN file_version.created_at IS 'When the first generation of the file was published';
COMMENT ON COLUMN file_version.updated_at IS 'When this generation was published';
COMMENT ON COLUMN file_version.changed_at IS 'When anything of it last changed';
COMMENT ON COLUMN file_version.deleted IS 'Whether it ended with the deletion of the file: the newest such row of a file that is gone lets it come back';
COMMENT ON COLUMN file_version.replaced_at IS 'When it was replaced or deleted';
COMMENT ON COLUMN file_version.expires_at IS 'From then on the collector may give it up; null: never';
CREATE INDEX file_version_content ON file_version (content_id);
CREATE INDEX file_version_deleted ON file_version (bucket_id, name) WHERE deleted;
CREATE INDEX file_version_expiry ON file_version (expires_at) WHERE expires_at IS NOT NULL;
-- For the deletion of a bucket, and the counting of its bytes.
CREATE INDEX file_version_bucket ON file_version (bucket_id, file_id, generation) INCLUDE (length);

COMMENT ON COLUMN content.refs IS 'How many files and versions have it, once it is published; with the last it becomes TOMBSTONED';
COMMENT ON COLUMN bucket_quota.max_bytes IS 'Most bytes its files and their versions may have together, uploads that run included';
COMMENT ON COLUMN bucket_quota.used_bytes IS 'Bytes of its files and their versions: counted when the quota was set, kept since by every change';

ALTER TABLE outbox DROP CONSTRAINT outbox_event_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_event_check
    CHECK (event IN ('file.stored', 'file.deleted', 'file.moved', 'version.deleted'));
COMMENT ON COLUMN outbox.event IS 'file.stored, file.moved, file.deleted or version.deleted';

DO $$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true); END $$;

-- The second lock on removal, now of versions too; as every guard, it lets an owner who says so go round it.
CREATE OR REPLACE FUNCTION content_guard_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    holder text;
BEGIN
    IF NEW.state = 'PURGING' AND OLD.state <> 'PURGING' THEN
        holder := CASE WHEN EXISTS (SELECT FROM file f WHERE f.content_id = OLD.id) THEN 'a file'
                       WHEN EXISTS (SELECT FROM file_version v WHERE v.content_id = OLD.id) THEN 'a version' END;
    END IF;
    IF holder IS NOT NULL AND NOT catalog_repair() THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = format('content %s must not be removed: %s has it', OLD.id, holder),
            DETAIL = format('It is %s, and its count of files and versions is %s.', OLD.state, OLD.refs),
            HINT = 'Run the check: it lists what does not fit together. See docs/operations.md.';
    END IF;
    IF OLD.state = NEW.state
        OR EXISTS (SELECT FROM content_transitions() t WHERE t.from_state = OLD.state AND t.to_state = NEW.state)
        OR catalog_repair() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('content %s must not go from %s to %s', OLD.id, OLD.state, NEW.state),
        DETAIL = 'SELECT * FROM content_transitions() shows every change there is.',
        HINT = 'Store and delete files through the API; the collector does the rest.';
END
$$;

CREATE FUNCTION file_version_guard_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF catalog_writer() OR catalog_repair() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('generation %s of file %s must not be deleted by hand', OLD.generation, OLD.file_id),
        DETAIL = 'Its content would stay LIVE without a file, and nobody would ever remove its chunks.',
        HINT = 'Delete it through the API: DELETE /api/v1/files/{id}/versions/{generation}.';
END
$$;
COMMENT ON FUNCTION file_version_guard_delete() IS 'Leaves the deletion of versions to the service';

CREATE TRIGGER file_version_delete BEFORE DELETE ON file_version FOR EACH ROW EXECUTE FUNCTION file_version_guard_delete();
COMMENT ON TRIGGER file_version_delete ON file_version IS 'Only the service deletes';

CREATE TRIGGER file_version_truncate BEFORE TRUNCATE ON file_version EXECUTE FUNCTION catalog_guard_truncate();
COMMENT ON TRIGGER file_version_truncate ON file_version IS 'Nobody truncates';

SELECT consigne_grant();

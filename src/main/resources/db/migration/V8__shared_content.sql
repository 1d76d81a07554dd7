-- A content may be that of several files: a copy shares it, since it never changes. docs/decisions/0008 has the proof.

ALTER TABLE content ADD COLUMN refs int NOT NULL DEFAULT 1 CHECK (refs >= 0);
COMMENT ON COLUMN content.refs IS 'How many files have it, once it is published; with the last it becomes TOMBSTONED';
UPDATE content SET refs = 0 WHERE state IN ('TOMBSTONED', 'PURGING', 'PURGED') AND committed_at IS NOT NULL;

ALTER TABLE file DROP CONSTRAINT file_content_id_key;
CREATE INDEX file_content ON file (content_id);
COMMENT ON COLUMN file.content_id IS 'Its current content; a copy has the same as what it was copied from';

ALTER TABLE outbox DROP CONSTRAINT outbox_event_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_event_check CHECK (event IN ('file.stored', 'file.deleted', 'file.moved'));
COMMENT ON COLUMN outbox.event IS 'file.stored, file.moved or file.deleted';

-- The second lock on removal: whatever was counted, what a file has is not removed.
DO $$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true); END $$;
CREATE OR REPLACE FUNCTION content_guard_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.state = 'PURGING' AND OLD.state <> 'PURGING' AND NOT catalog_repair()
        AND EXISTS (SELECT FROM file f WHERE f.content_id = OLD.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = format('content %s must not be removed: a file has it', OLD.id),
            DETAIL = format('It is %s, and its count of files is %s.', OLD.state, OLD.refs),
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

SELECT consigne_grant();

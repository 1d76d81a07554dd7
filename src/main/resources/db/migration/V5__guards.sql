-- Guards: what no statement may do to files and contents, whoever sends it. A row deleted by hand leaves its chunks behind
-- unnamed; a state set by hand can have the chunks of a file removed. And the role of a service that may do its work and
-- nothing else. docs/operations.md tells people how to go round a guard.

-- What the functions below name is looked up here and nowhere else, whatever the search_path of their caller.
DO $$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true); END $$;

-- Who asks: the session says so. The service does with each connection; a forgotten psql session does not.
CREATE FUNCTION catalog_writer() RETURNS boolean LANGUAGE sql STABLE
    RETURN current_setting('consigne.writer', true) = 'on'
        -- Replicas of the version before this one say their name alone, and run while the schema is brought up to date.
        OR current_setting('application_name') = 'consigne';
COMMENT ON FUNCTION catalog_writer() IS 'Whether the session is the service''s: consigne.writer = on';

CREATE FUNCTION catalog_repair() RETURNS boolean LANGUAGE sql STABLE
    RETURN current_setting('consigne.writer', true) = 'repair'
        AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'content'::regclass), 'USAGE');
COMMENT ON FUNCTION catalog_repair() IS 'Whether the session goes round the guards: consigne.writer = repair, obeyed for the owner of the tables alone';

-- The one place where the moves of a content are listed for the catalog; the same table in Java is ContentState.
CREATE FUNCTION content_transitions() RETURNS TABLE (from_state text, to_state text, meaning text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('PENDING',    'LIVE',       'published'),
        ('PENDING',    'ABORTING',   'upload failed, or lease lapsed without manifest'),
        ('PENDING',    'SUSPECT',    'lease lapsed with manifest'),
        ('LIVE',       'DAMAGED',    'a chunk is missing or wrong'),
        ('LIVE',       'TOMBSTONED', 'replaced or deleted'),
        ('DAMAGED',    'LIVE',       'every byte was read and is right'),
        ('DAMAGED',    'TOMBSTONED', 'replaced or deleted'),
        ('SUSPECT',    'LIVE',       'adopted'),
        ('TOMBSTONED', 'PURGING',    'retention over'),
        ('SUSPECT',    'PURGING',    'retention over'),
        ('ABORTING',   'PURGING',    'quarantine over'),
        ('PURGING',    'PURGED',     'chunks and manifest removed')
$$;
COMMENT ON FUNCTION content_transitions() IS 'Every change of content.state there is; all others are refused';

CREATE FUNCTION content_guard_insert() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.state IN ('PENDING', 'SUSPECT') OR catalog_repair() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('content %s must not begin as %s', NEW.id, NEW.state),
        DETAIL = 'A content begins as PENDING, with its upload, or as SUSPECT, when it is adopted.',
        HINT = 'Store files through the API: PUT /api/v1/buckets/{bucket}/content/{name}.';
END
$$;
COMMENT ON FUNCTION content_guard_insert() IS 'Refuses contents that begin as anything but PENDING or SUSPECT';

CREATE FUNCTION content_guard_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
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
COMMENT ON FUNCTION content_guard_state() IS 'Refuses changes of content.state that content_transitions() does not have';

CREATE FUNCTION content_guard_facts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF catalog_repair() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('what content %s is must not change', OLD.id),
        DETAIL = 'Its id names its chunks. Once it was published, length, sha256, crc32c, chunk_size and chunk_count say'
            ' what the chunks hold, and committed_at since when.',
        HINT = 'Store the file again through the API: a new generation gets a content of its own.';
END
$$;
COMMENT ON FUNCTION content_guard_facts() IS 'Refuses changes of what a published content is, and of any content''s id';

CREATE FUNCTION content_guard_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.state = 'PURGED' AND catalog_writer()) OR catalog_repair() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('content %s is %s and must not be deleted by hand', OLD.id, OLD.state),
        DETAIL = 'Its row is all that names its chunks in MongoDB; the collector removes them first, and the row last.',
        HINT = 'Delete the file through the API: DELETE /api/v1/buckets/{bucket}/content/{name}. To have its bytes'
            ' removed sooner, see docs/operations.md.';
END
$$;
COMMENT ON FUNCTION content_guard_delete() IS 'Leaves the deletion of contents to the service, and to it once they are PURGED';

CREATE FUNCTION file_guard_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF catalog_writer() OR catalog_repair() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('file %s must not be deleted by hand', OLD.id),
        DETAIL = 'Its content would stay LIVE without a file, and nobody would ever remove its chunks.',
        HINT = 'Delete it through the API: DELETE /api/v1/buckets/{bucket}/content/{name}.';
END
$$;
COMMENT ON FUNCTION file_guard_delete() IS 'Leaves the deletion of files to the service';

CREATE FUNCTION catalog_guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
        MESSAGE = format('table %I must not be truncated', TG_TABLE_NAME),
        DETAIL = 'Every chunk in MongoDB would stay, and nothing would name it.',
        HINT = 'Delete files through the API. To start afresh, drop both databases.';
END
$$;
COMMENT ON FUNCTION catalog_guard_truncate() IS 'Refuses to empty a table';

CREATE TRIGGER content_insert BEFORE INSERT ON content FOR EACH ROW EXECUTE FUNCTION content_guard_insert();
COMMENT ON TRIGGER content_insert ON content IS 'Contents begin as PENDING or SUSPECT';

CREATE TRIGGER content_state BEFORE UPDATE OF state ON content FOR EACH ROW EXECUTE FUNCTION content_guard_state();
COMMENT ON TRIGGER content_state ON content IS 'States change along content_transitions()';

CREATE TRIGGER content_facts BEFORE UPDATE ON content FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR (OLD.committed_at IS NOT NULL
        AND (OLD.length, OLD.sha256, OLD.crc32c, OLD.chunk_size, OLD.chunk_count, OLD.committed_at) IS DISTINCT FROM
            (NEW.length, NEW.sha256, NEW.crc32c, NEW.chunk_size, NEW.chunk_count, NEW.committed_at)))
    EXECUTE FUNCTION content_guard_facts();
COMMENT ON TRIGGER content_facts ON content IS 'A published content never changes';

CREATE TRIGGER content_delete BEFORE DELETE ON content FOR EACH ROW EXECUTE FUNCTION content_guard_delete();
COMMENT ON TRIGGER content_delete ON content IS 'Only the service deletes, and only what is PURGED';

CREATE TRIGGER file_delete BEFORE DELETE ON file FOR EACH ROW EXECUTE FUNCTION file_guard_delete();
COMMENT ON TRIGGER file_delete ON file IS 'Only the service deletes';

CREATE TRIGGER content_truncate BEFORE TRUNCATE ON content EXECUTE FUNCTION catalog_guard_truncate();
COMMENT ON TRIGGER content_truncate ON content IS 'Nobody truncates';

CREATE TRIGGER file_truncate BEFORE TRUNCATE ON file EXECUTE FUNCTION catalog_guard_truncate();
COMMENT ON TRIGGER file_truncate ON file IS 'Nobody truncates';

-- The role of the service. Logins become members of it; the tables stay with whoever migrates. Roles belong to the whole
-- server, so making one may be refused or done already; neither stops the migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'consigne_service') THEN
        CREATE ROLE consigne_service NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'role consigne_service not made: this user may not create roles; see docs/operations.md';
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server was migrated at the same moment
END
$$;

-- Nothing is granted by default: a migration that makes a table or a view ends with SELECT consigne_grant(), and makes
-- this function anew if the service needs less than all four on a table. Identity columns need no right to a sequence.
CREATE FUNCTION consigne_grant() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ours record;
BEGIN
    IF to_regrole('consigne_service') IS NOT NULL THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO consigne_service', current_schema());
        GRANT EXECUTE ON FUNCTION catalog_now(), content_transitions(), catalog_writer(), catalog_repair()
            TO consigne_service;
        FOR ours IN
            SELECT t.relname, CASE t.relname
                WHEN 'store_identity' THEN 'SELECT, UPDATE (mark, mongo_mark, held, held_since)'
                WHEN 'outbox' THEN 'SELECT, INSERT, DELETE'
                ELSE 'SELECT, INSERT, UPDATE, DELETE' END AS rights
            FROM pg_class t JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relowner = t.relowner
            WHERE c.oid = 'content'::regclass AND t.relkind IN ('r', 'p') AND t.relname <> 'flyway_schema_history'
        LOOP
            EXECUTE format('GRANT %s ON %I TO consigne_service', ours.rights, ours.relname);
        END LOOP;
    END IF;
    IF to_regrole('consigne_reader') IS NOT NULL THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO consigne_reader', current_schema());
        GRANT SELECT ON file_current, bucket_usage, content_by_state TO consigne_reader;
    END IF;
END
$$;
COMMENT ON FUNCTION consigne_grant() IS 'Gives consigne_service and consigne_reader their rights, and may be called again; for the owner of the tables';
SELECT consigne_grant();

-- What users say about a file beside its bytes, and what lets two of them change it without losing a change.
-- No release came before this one: a replica from before it could not store files beside it, so they are stopped first.

ALTER TABLE file
    ADD COLUMN length         bigint      CHECK (length >= 0),
    ADD COLUMN metageneration bigint      NOT NULL DEFAULT 1 CHECK (metageneration > 0),
    ADD COLUMN metadata       jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    ADD COLUMN tags           jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
    ADD COLUMN changed_at     timestamptz NOT NULL DEFAULT catalog_now();
UPDATE file f SET length = c.length, changed_at = f.updated_at FROM content c WHERE c.id = f.content_id;
ALTER TABLE file ALTER COLUMN length SET NOT NULL;
COMMENT ON COLUMN file.length IS 'Bytes of the current content, as in its row: here so that listings can be sorted by it';
COMMENT ON COLUMN file.metageneration IS '1 with each generation, one more with each change of what is said about the file';
COMMENT ON COLUMN file.metadata IS 'A JSON object of the users'', at most 16 KiB; stays through replacements';
COMMENT ON COLUMN file.tags IS 'At most 50 short texts by key, a JSON object; stays through replacements';
COMMENT ON COLUMN file.changed_at IS 'When the file or anything said about it last changed';

ALTER TABLE bucket ADD COLUMN requires_preconditions boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN bucket.requires_preconditions IS 'Whether files are only changed by who says in which state they must be';

CREATE OR REPLACE VIEW file_current AS
SELECT b.name AS bucket, f.name, f.id, f.generation, c.length, f.media_type, encode(c.sha256, 'hex') AS sha256,
       f.created_at, f.updated_at, c.state AS content_state, f.metageneration, f.metadata, f.tags, f.changed_at
FROM file f JOIN bucket b ON b.id = f.bucket_id JOIN content c ON c.id = f.content_id;
COMMENT ON COLUMN file_current.metageneration IS 'How often what is said about this generation was said';
COMMENT ON COLUMN file_current.metadata IS 'A JSON object of the users''';
COMMENT ON COLUMN file_current.tags IS 'Short texts by key, a JSON object';
COMMENT ON COLUMN file_current.changed_at IS 'When the file or anything said about it last changed';

SELECT consigne_grant();

-- Listings in every order, and what files are found by. docs/search.md tells how; this file the data.
-- No release came before this one: the indexes are made at once, and uploads wait for them.

CREATE INDEX file_by_length  ON file (bucket_id, length, name);
CREATE INDEX file_by_updated ON file (bucket_id, updated_at, name);
CREATE INDEX file_by_created ON file (bucket_id, created_at, name);
CREATE INDEX file_by_type    ON file (bucket_id, (media_type COLLATE "C"), name);

-- The extension is trusted: whoever owns the database may create it, if it is installed. Without it everything works.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX file_name_parts ON file USING gin (name gin_trgm_ops);
EXCEPTION
    WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
        RAISE WARNING 'no index for contains(name, …): %; see docs/operations.md', SQLERRM;
END
$$;

ALTER TABLE bucket ADD COLUMN searchable text[] COLLATE "C" NOT NULL DEFAULT '{}' CHECK (cardinality(searchable) <= 10);
COMMENT ON COLUMN bucket.searchable IS 'The members of metadata that files can be found by: dotted paths, ordered';

-- The order of numbers as the order of bytes: sign, exponent, digits; below zero each of them reversed.
CREATE FUNCTION search_number(number numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN number = 0 THEN '1'
        WHEN number > 0 THEN '2' || lpad((5000 + n.exponent)::text, 4, '0') || n.digits
        ELSE '0' || lpad((4999 - n.exponent)::text, 4, '0') || translate(n.digits, '0123456789', '9876543210') || '~' END
    FROM (SELECT CASE WHEN p.whole = '' THEN length(ltrim(p.part, '0')) - length(p.part) ELSE length(p.whole) END AS exponent,
                 trim(BOTH '0' FROM p.whole || p.part) AS digits
          FROM (SELECT ltrim(split_part(abs(number)::text, '.', 1), '0') AS whole,
                       split_part(abs(number)::text, '.', 2) AS part) p) n;
END;
COMMENT ON FUNCTION search_number(numeric) IS 'A text whose order by bytes is that of the numbers; equal for equal numbers';

CREATE FUNCTION search_key(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE jsonb_typeof(value)
    WHEN 'string'  THEN 's' || (value #>> '{}')
    WHEN 'number'  THEN 'n' || search_number((value #>> '{}')::numeric)
    WHEN 'boolean' THEN 'b' || (value #>> '{}') END;
COMMENT ON FUNCTION search_key(jsonb) IS 'A text, number or boolean as file_attribute.value has it';

CREATE FUNCTION search_attributes(tags jsonb, metadata jsonb, searchable text[]) RETURNS TABLE (field text, value text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 't:' || t.key, search_key(t.value) FROM jsonb_each(tags) t WHERE octet_length(t.value #>> '{}') <= 256
    UNION ALL
    SELECT 'm:' || p.path, search_key(metadata #> string_to_array(p.path, '.')) FROM unnest(searchable) p (path)
    WHERE jsonb_typeof(metadata #> string_to_array(p.path, '.')) IN ('string', 'number', 'boolean')
        AND octet_length(metadata #>> string_to_array(p.path, '.')) <= 256;
END;
COMMENT ON FUNCTION search_attributes(jsonb, jsonb, text[]) IS 'What a file can be found by: its tags and the declared members of its metadata, as far as their text has at most 256 bytes';

CREATE TABLE file_attribute (
    bucket_id bigint NOT NULL,
    field     text   COLLATE "C" NOT NULL,
    value     text   COLLATE "C" NOT NULL,
    name      text   COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket_id, field, value, name)
);
COMMENT ON TABLE  file_attribute IS 'An index of tags and declared metadata; triggers on file fill it and nothing else does';
COMMENT ON COLUMN file_attribute.bucket_id IS 'The bucket of the file';
COMMENT ON COLUMN file_attribute.field IS 't: and the key of a tag, or m: and a path in the metadata';
COMMENT ON COLUMN file_attribute.value IS 'search_key() of the value: its kind and a text ordered by bytes as the values are';
COMMENT ON COLUMN file_attribute.name IS 'The name of the file';

-- The share of the bucket's lock lets no declaration change between what is read of it here and the commit.
CREATE FUNCTION file_index_attributes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    declared text[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT b.searchable INTO declared FROM bucket b WHERE b.id = OLD.bucket_id FOR KEY SHARE;
        DELETE FROM file_attribute a USING search_attributes(OLD.tags, OLD.metadata, declared) o
        WHERE a.bucket_id = OLD.bucket_id AND a.field = o.field AND a.value = o.value AND a.name = OLD.name;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT b.searchable INTO declared FROM bucket b WHERE b.id = NEW.bucket_id FOR KEY SHARE;
        INSERT INTO file_attribute (bucket_id, field, value, name)
        SELECT NEW.bucket_id, n.field, n.value, NEW.name FROM search_attributes(NEW.tags, NEW.metadata, declared) n;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION file_index_attributes() IS 'Keeps file_attribute as the files are';

CREATE TRIGGER file_attributes_in AFTER INSERT ON file FOR EACH ROW
    WHEN (NEW.tags <> '{}' OR NEW.metadata <> '{}') EXECUTE FUNCTION file_index_attributes();
COMMENT ON TRIGGER file_attributes_in ON file IS 'A new file can be found';

CREATE TRIGGER file_attributes_change AFTER UPDATE OF bucket_id, name, metadata, tags ON file FOR EACH ROW
    WHEN ((OLD.bucket_id, OLD.name, OLD.metadata, OLD.tags) IS DISTINCT FROM
          (NEW.bucket_id, NEW.name, NEW.metadata, NEW.tags)) EXECUTE FUNCTION file_index_attributes();
COMMENT ON TRIGGER file_attributes_change ON file IS 'A file is found by what is said about it now, where it is now';

CREATE TRIGGER file_attributes_out AFTER DELETE ON file FOR EACH ROW
    WHEN (OLD.tags <> '{}' OR OLD.metadata <> '{}') EXECUTE FUNCTION file_index_attributes();
COMMENT ON TRIGGER file_attributes_out ON file IS 'A deleted file is found no more';

INSERT INTO file_attribute (bucket_id, field, value, name)
SELECT f.bucket_id, a.field, a.value, f.name FROM file f, search_attributes(f.tags, '{}', '{}') a WHERE f.tags <> '{}';

SELECT consigne_grant();

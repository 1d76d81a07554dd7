-- Whoever serves asks first whether the schema is as new as its code needs. It may not read Flyway's table, and need not.
DO $$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true); END $$;

CREATE FUNCTION consigne_schema_version() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
    AS 'SELECT max(version::int) FROM flyway_schema_history WHERE success';
COMMENT ON FUNCTION consigne_schema_version() IS 'The newest migration that was run, as its owner sees it; code that needs a newer one does not serve';

CREATE OR REPLACE FUNCTION consigne_grant() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ours record;
BEGIN
    IF to_regrole('consigne_service') IS NOT NULL THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO consigne_service', current_schema());
        GRANT EXECUTE ON FUNCTION catalog_now(), content_transitions(), catalog_writer(), catalog_repair(),
            consigne_schema_version() TO consigne_service;
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
SELECT consigne_grant();

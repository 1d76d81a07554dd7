-- What a version after this one may do to the schema: it adds, and the code of today runs on.
ALTER TABLE file ADD COLUMN next_note text, ADD COLUMN next_count int NOT NULL DEFAULT 0;
COMMENT ON COLUMN file.next_note IS 'Nullable: whoever does not know it leaves it out';
COMMENT ON COLUMN file.next_count IS 'Not null, with a default for those who do not know it';
ALTER TABLE content ADD COLUMN next_hint text;
COMMENT ON COLUMN content.next_hint IS 'Nullable';

CREATE TABLE next_table (
    file_id uuid PRIMARY KEY,
    note    text NOT NULL
);
COMMENT ON TABLE next_table IS 'A table the code of today does not know';
COMMENT ON COLUMN next_table.file_id IS 'A file';
COMMENT ON COLUMN next_table.note IS 'Something about it';

CREATE INDEX next_index ON file (next_note) WHERE next_note IS NOT NULL;

SELECT consigne_grant();

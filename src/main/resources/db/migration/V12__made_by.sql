-- Two copies of one content onto one name look alike; which of them is there says whether the second was made.

ALTER TABLE file ADD COLUMN made_by uuid;
COMMENT ON COLUMN file.made_by IS 'Names the copy or restoration that gave it its content, to read back what became of it; null: an upload did';

SELECT consigne_grant();

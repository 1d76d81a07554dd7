-- What a search sorts by is beside the name in the index of the names: the few thousand files of a tag are put into the
-- order of their lengths or times without a row of them being read. Media types are longer, and stay in the rows.
-- No release came before this one: the index is made at once, and uploads wait for it.

ALTER TABLE file
    DROP CONSTRAINT file_bucket_id_name_key,
    ADD CONSTRAINT file_bucket_id_name_key UNIQUE (bucket_id, name) INCLUDE (length, created_at, updated_at);

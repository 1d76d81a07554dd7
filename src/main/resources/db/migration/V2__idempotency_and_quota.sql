-- Uploads that may be sent twice, and buckets with a limit. docs/architecture.md tells how; this file the data.

CREATE TABLE idempotency (
    bucket_id   bigint      NOT NULL REFERENCES bucket ON DELETE CASCADE,
    key         text        COLLATE "C" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    content_id  uuid        NOT NULL,
    answer      jsonb,
    replays     int         NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT catalog_now(),
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (bucket_id, key)
);
COMMENT ON TABLE  idempotency IS 'Keys clients gave their uploads, and what each was answered; kept for a set time';
COMMENT ON COLUMN idempotency.bucket_id IS 'The bucket the key belongs to; the same key elsewhere is another one';
COMMENT ON COLUMN idempotency.key IS 'Idempotency-Key as sent, 1 to 255 visible ASCII characters';
COMMENT ON COLUMN idempotency.fingerprint IS 'SHA-256 over what is known of the request before its body';
COMMENT ON COLUMN idempotency.content_id IS 'The attempt that holds the key; only it can be published under it';
COMMENT ON COLUMN idempotency.answer IS 'What the upload was answered, written with its publication; null until then';
COMMENT ON COLUMN idempotency.replays IS 'How often the answer was given again';
COMMENT ON COLUMN idempotency.created_at IS 'When the first attempt began';
COMMENT ON COLUMN idempotency.expires_at IS 'From then on the key counts as never used, unless its attempt is running';
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- Locking the bucket's row gives its newest state even to a statement that waited for it; another table's row made
-- meanwhile such a statement does not see. So the bucket says whether there is one.
ALTER TABLE bucket ADD COLUMN has_quota boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN bucket.has_quota IS 'Whether bucket_quota has a row for it';

CREATE TABLE bucket_quota (
    bucket_id  bigint PRIMARY KEY REFERENCES bucket ON DELETE CASCADE,
    max_bytes  bigint NOT NULL CHECK (max_bytes > 0),
    used_bytes bigint NOT NULL
);
COMMENT ON TABLE  bucket_quota IS 'Buckets with a limit; the others have no row, and so none that every upload would wait for';
COMMENT ON COLUMN bucket_quota.bucket_id IS 'The bucket';
COMMENT ON COLUMN bucket_quota.max_bytes IS 'Most bytes its current files may have together, uploads that run included';
COMMENT ON COLUMN bucket_quota.used_bytes IS 'Bytes of its current files: counted when the quota was set, kept since by every publish and delete';

-- What a running upload reserves is not a counter: it goes with the state, whatever ends the upload.
ALTER TABLE content
    ADD COLUMN bucket_id      bigint,
    ADD COLUMN reserved_bytes bigint NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0);
COMMENT ON COLUMN content.bucket_id IS 'The bucket it is uploaded to; no reference, the content stays when the bucket goes';
COMMENT ON COLUMN content.reserved_bytes IS 'The declared length, 0 if none was: taken from the quota while PENDING';
CREATE INDEX content_reserving ON content (bucket_id) INCLUDE (reserved_bytes) WHERE state = 'PENDING';

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

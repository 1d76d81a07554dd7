-- What a restore needs to be undone without a guess, and the collector to keep up.

CREATE TABLE adoption_claim (
    content_id uuid    PRIMARY KEY,
    bucket     text    COLLATE "C" NOT NULL,
    name       text    COLLATE "C" NOT NULL,
    whole      boolean NOT NULL,
    unwanted   boolean NOT NULL DEFAULT false,
    last_run   bigint  NOT NULL
);
COMMENT ON TABLE  adoption_claim IS 'Complete contents that are no files, as the last run of adopt saw them: who claims which name';
COMMENT ON COLUMN adoption_claim.content_id IS 'The content; of two, the greater id began later';
COMMENT ON COLUMN adoption_claim.bucket IS 'The bucket its manifest names';
COMMENT ON COLUMN adoption_claim.name IS 'The name its manifest claims';
COMMENT ON COLUMN adoption_claim.whole IS 'Whether every byte was read and found right';
COMMENT ON COLUMN adoption_claim.unwanted IS 'Set by an operator: it claims nothing any more, and the next adopt --repair gives it to the collector';
COMMENT ON COLUMN adoption_claim.last_run IS 'The run of adopt that saw it';
CREATE INDEX adoption_claim_name ON adoption_claim (bucket, name);

-- The last sweep looks for the oldest; a day of them waits its turn and is not to be read through for it.
CREATE INDEX content_sweeping ON content (purged_at) WHERE state = 'PURGED';

-- With the lease: only what may still be running reserves.
DROP INDEX content_reserving;
CREATE INDEX content_reserving ON content (bucket_id) INCLUDE (reserved_bytes, lease_until) WHERE state = 'PENDING';
COMMENT ON COLUMN content.reserved_bytes IS 'The declared length, 0 if none was: taken from the quota while PENDING and within its lease';

SELECT consigne_grant();

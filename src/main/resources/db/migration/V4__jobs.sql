-- Background work: one row a job, what its last run found, and what is needed to notice a store put back in time.

CREATE TABLE job (
    name        text        PRIMARY KEY,
    run         bigint      NOT NULL DEFAULT 0,
    fence       bigint      NOT NULL DEFAULT 0,
    state       text        NOT NULL DEFAULT 'IDLE' CHECK (state IN ('IDLE', 'RUNNING', 'DONE', 'FAILED', 'HELD', 'STOPPED')),
    mode        text        NOT NULL DEFAULT 'REPORT' CHECK (mode IN ('REPORT', 'REPAIR')),
    deep        boolean     NOT NULL DEFAULT false,
    checkpoint  text        NOT NULL DEFAULT '',
    examined    bigint      NOT NULL DEFAULT 0,
    found       bigint      NOT NULL DEFAULT 0,
    changed     bigint      NOT NULL DEFAULT 0,
    bytes       bigint      NOT NULL DEFAULT 0,
    stop        boolean     NOT NULL DEFAULT false,
    owner       text        NOT NULL DEFAULT '',
    lease_until timestamptz,
    started_at  timestamptz,
    finished_at timestamptz,
    message     text        NOT NULL DEFAULT ''
);
COMMENT ON TABLE  job IS 'Background work, one row a job: its running or last run';
COMMENT ON COLUMN job.name IS 'collector, check, scrub, orphans, fsck, adopt';
COMMENT ON COLUMN job.run IS 'Number of the run, growing; stays when another process goes on with it';
COMMENT ON COLUMN job.fence IS 'Grows each time a process takes the job; one with an older number may change nothing here';
COMMENT ON COLUMN job.state IS 'RUNNING while the lease lasts; DONE, FAILED, HELD (refused to go on) or STOPPED (on request) after it';
COMMENT ON COLUMN job.mode IS 'REPORT changes nothing that is not the job''s own; REPAIR mends and removes';
COMMENT ON COLUMN job.deep IS 'Whether every byte is read';
COMMENT ON COLUMN job.checkpoint IS 'How far the run has come, in the job''s own terms; an interrupted run goes on from here';
COMMENT ON COLUMN job.examined IS 'Contents the run has looked at';
COMMENT ON COLUMN job.found IS 'Findings of the run';
COMMENT ON COLUMN job.changed IS 'Things the run has changed';
COMMENT ON COLUMN job.bytes IS 'Bytes the run has read';
COMMENT ON COLUMN job.stop IS 'Asks the running process to end after its step';
COMMENT ON COLUMN job.owner IS 'Which process runs it (for people)';
COMMENT ON COLUMN job.lease_until IS 'Another process may go on with the run after this time';
COMMENT ON COLUMN job.started_at IS 'When the run began';
COMMENT ON COLUMN job.finished_at IS 'When the last run ended; schedules count from here';
COMMENT ON COLUMN job.message IS 'Why a run failed, was held or stopped';

CREATE TABLE finding (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job        text        NOT NULL REFERENCES job,
    run        bigint      NOT NULL,
    kind       text        NOT NULL,
    content_id uuid        NOT NULL,
    bucket     text,
    name       text,
    detail     text        NOT NULL,
    found_at   timestamptz NOT NULL DEFAULT catalog_now(),
    UNIQUE (job, content_id, kind)
);
COMMENT ON TABLE  finding IS 'What the last run of each job found: the exact list';
COMMENT ON COLUMN finding.id IS 'Grows with every finding';
COMMENT ON COLUMN finding.job IS 'The job that found it';
COMMENT ON COLUMN finding.run IS 'In which run';
COMMENT ON COLUMN finding.kind IS 'What it is, see docs/consistency.md';
COMMENT ON COLUMN finding.content_id IS 'The content it is about';
COMMENT ON COLUMN finding.bucket IS 'Bucket of the file, where one is known';
COMMENT ON COLUMN finding.name IS 'Name of the file, where one is known';
COMMENT ON COLUMN finding.detail IS 'What exactly was found, or what was done about it';
COMMENT ON COLUMN finding.found_at IS 'When it was found';

CREATE TABLE orphan_candidate (
    content_id uuid        PRIMARY KEY,
    first_seen timestamptz NOT NULL DEFAULT catalog_now(),
    last_seen  timestamptz NOT NULL DEFAULT catalog_now(),
    sightings  int         NOT NULL DEFAULT 1,
    last_run   bigint      NOT NULL
);
COMMENT ON TABLE  orphan_candidate IS 'Contents MongoDB names and the catalog does not; two sightings far enough apart make an orphan';
COMMENT ON COLUMN orphan_candidate.content_id IS 'The content';
COMMENT ON COLUMN orphan_candidate.first_seen IS 'When it was first seen without a row';
COMMENT ON COLUMN orphan_candidate.last_seen IS 'When it was last seen so';
COMMENT ON COLUMN orphan_candidate.sightings IS 'In how many runs';
COMMENT ON COLUMN orphan_candidate.last_run IS 'The last of them';

-- Crosswise marks: before each collection the number of the run is written here, into MongoDB, and here again as done.
-- So done <= MongoDB's number <= mark always, unless one of the two stores was put back in time.
ALTER TABLE store_identity
    ADD COLUMN mark       bigint NOT NULL DEFAULT 0,
    ADD COLUMN held       text,
    ADD COLUMN held_since timestamptz;
COMMENT ON COLUMN store_identity.mark IS 'Number of the last collection that began; MongoDB''s must not be above it';
COMMENT ON COLUMN store_identity.mongo_mark IS 'Number of the last collection MongoDB is known to have; MongoDB''s must not be below it';
COMMENT ON COLUMN store_identity.held IS 'Why nothing may be removed until an operator releases it; null: nothing is held';
COMMENT ON COLUMN store_identity.held_since IS 'When that was found';

COMMENT ON COLUMN content.seq IS 'Grows with every content; the order in which garbage is claimed';

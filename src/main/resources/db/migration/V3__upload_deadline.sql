-- The time an upload may take at most, in its row: judged by the one clock, whatever its process thinks.
ALTER TABLE content ADD COLUMN deadline_at timestamptz;
COMMENT ON COLUMN content.deadline_at IS 'The lease is not extended beyond this; null for uploads that began before there was a limit';

-- Up Migration

-- When a trial began to read, by the database's clock, as loads are: what stands and what it finds differ by every load that was not judged then. Null: it
-- waits. `preview_closed_ticket`, which said it of the time when it was asked for, is written no more.
ALTER TABLE finding_trial ADD COLUMN read_at timestamptz;

-- Down Migration

ALTER TABLE finding_trial DROP COLUMN read_at;

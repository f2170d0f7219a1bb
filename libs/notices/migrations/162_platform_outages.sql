-- Up Migration

-- Not sources alone are out: letters die, the quarantine grows, a disk fills.
ALTER TABLE source_outage RENAME TO outage;
ALTER TABLE outage RENAME COLUMN source TO subject_id;
ALTER TABLE outage ADD COLUMN subject_kind text NOT NULL DEFAULT 'source' CHECK (subject_kind IN ('source', 'platform'));
ALTER TABLE outage ALTER COLUMN subject_kind DROP DEFAULT;
ALTER TABLE outage DROP CONSTRAINT source_outage_pkey;
ALTER TABLE outage ADD PRIMARY KEY (subject_kind, subject_id, round);
DROP INDEX source_outage_open;
CREATE UNIQUE INDEX outage_open ON outage (subject_kind, subject_id) WHERE ended_at_ms IS NULL;
ALTER TABLE outage DROP CONSTRAINT source_outage_trouble_check;
ALTER TABLE outage ADD CHECK (trouble IN ('failing', 'silent', 'dead-letters', 'growing', 'filling'));
-- It is told again as long as it lasts: when that was last, and how often.
ALTER TABLE outage ADD COLUMN reminded_at_ms bigint, ADD COLUMN reminders integer NOT NULL DEFAULT 0;

-- Counted every minute.
CREATE INDEX notice_delivery_dead ON notice_delivery (created_at_ms) WHERE state = 'dead';

-- Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check
    CHECK (%s OR (subject_kind = %L AND kind = %L) OR (subject_kind = %L AND kind IN (%L, %L, %L)))',
    before, 'source', 'source-still-failing', 'platform', 'platform-failing', 'platform-still-failing', 'platform-working');
END $$;

-- Down Migration

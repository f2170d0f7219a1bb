-- Up Migration

-- A rung whose persons could not be told was taken as if they had been, and whoever was named after them was told nothing. Now `rung` is the last of which
-- somebody was told; beside it how far up nobody could be, and what those who are named, and the alert, were like then. When that is something else, what
-- was passed over is due again.
ALTER TABLE team_alert
  ADD COLUMN passed_rung smallint NOT NULL DEFAULT 0 CHECK (passed_rung BETWEEN 0 AND 2),
  ADD COLUMN passed_with text,
  ADD CHECK ((passed_rung = 0) = (passed_with IS NULL));

-- Of before, the instant says that nobody could be told of the last rung; of one that ended meanwhile, too.
UPDATE team_alert a SET (rung, rung_at_ms) = (
  SELECT CASE WHEN count(*) = 0 THEN 0 ELSE 1 END, min(d.created_at_ms) FROM notice_delivery d
  WHERE d.alert_id = a.id AND d.kind = 'escalated' AND d.state <> 'cancelled')
WHERE a.rung > 0 AND a.rung_at_ms = a.opened_at_ms;

-- More kinds, of what nobody was told of. Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (%s
    OR (subject_kind = %L AND kind = %L) OR (subject_kind = %L AND kind IN (%L, %L)) OR (subject_kind = %L AND kind IN (%L, %L))
    OR (subject_kind = %L AND kind = %L))',
    before, 'letter', 'letter-returned', 'circular', 'circular-returned', 'circular-resubmitted',
    'assignment', 'assignment-withdrawn', 'assignment-excused', 'campaign', 'campaign-opened');
END $$;

-- Down Migration

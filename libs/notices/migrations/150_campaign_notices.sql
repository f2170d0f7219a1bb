-- Up Migration

-- Notices about campaigns and their orders. Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (%s
    OR (subject_kind = %L AND kind IN (%L, %L, %L, %L)) OR (subject_kind = %L AND kind IN (%L, %L)))',
    before, 'campaign', 'campaign-assigned', 'campaign-due-soon', 'campaign-overdue', 'campaign-stopped',
    'campaign-task', 'campaign-task-reported', 'campaign-task-returned');
END $$;

-- Down Migration

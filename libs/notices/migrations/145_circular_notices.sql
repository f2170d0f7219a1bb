-- Up Migration

-- Notices about circulars to the commission's people; units hear of them as of any assignment. Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (%s OR (subject_kind = %L AND kind IN (%L, %L, %L, %L)))',
    before, 'circular', 'circular-drafted', 'circular-reported', 'circular-due-soon', 'circular-overdue');
END $$;

-- Down Migration

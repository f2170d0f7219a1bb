-- Up Migration

-- Rules that are tried before they are published. The text stays with the process that tries it; whichever process is asked can say how
-- far it is. Rows are taken away after some minutes.
CREATE TABLE finding_trial (
  id text PRIMARY KEY,
  -- The user who asked, and sees it.
  asked_by text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  progress double precision NOT NULL CHECK (progress BETWEEN 0 AND 1),
  result jsonb,
  -- Chinese, where it failed.
  failure text,
  asked_at_ms bigint NOT NULL,
  -- When the process that has it said so last; silent for long, it is gone.
  heard_at_ms bigint NOT NULL,
  CHECK ((state = 'done') = (result IS NOT NULL))
);

-- Down Migration

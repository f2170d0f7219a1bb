-- Up Migration

-- In whose place a step was taken (代理); null: in nobody's. Part of what its hash holds.
ALTER TABLE clue_step
  ADD COLUMN for_id text,
  ADD COLUMN for_account text,
  ADD CONSTRAINT clue_step_deputy CHECK ((for_id IS NULL) = (for_account IS NULL) AND (for_id IS NULL OR (taker_id IS NOT NULL AND for_id <> taker_id)));

-- Down Migration

-- Up Migration

-- In whose place a step was taken (代理); null: in nobody's. Part of what its hash holds.
ALTER TABLE supervision_step
  ADD COLUMN for_id text,
  ADD COLUMN for_account text,
  ADD CONSTRAINT supervision_step_deputy CHECK ((for_id IS NULL) = (for_account IS NULL) AND (for_id IS NULL OR for_id <> taker_id));
ALTER TABLE supervision_campaign_step
  ADD COLUMN for_id text,
  ADD COLUMN for_account text,
  ADD CONSTRAINT supervision_campaign_step_deputy CHECK ((for_id IS NULL) = (for_account IS NULL) AND (for_id IS NULL OR for_id <> taker_id));

-- Who reported what was found in the place of whom the order was given to; null: that one did, or nobody yet. For lists: the step has both names.
ALTER TABLE supervision_campaign_task
  ADD COLUMN deputy_id text REFERENCES access_user (id),
  ADD CONSTRAINT supervision_campaign_task_deputy CHECK (deputy_id IS NULL OR (result IS NOT NULL AND deputy_id <> inspector_id));

-- Down Migration

-- Up Migration

-- The problem of a campaign that a clue was registered of; null: it was registered of findings. Campaigns are another library's, and are never deleted.
-- Copies of what stood there when it was registered: the place goes on counting for who may see the clue, whatever findings join it.
ALTER TABLE clue ADD COLUMN campaign_task_id text;
ALTER TABLE clue ADD COLUMN campaign_order_id text;
ALTER TABLE clue ADD COLUMN campaign_unit_code text;
ALTER TABLE clue ADD COLUMN campaign_township_code text;
ALTER TABLE clue ADD CONSTRAINT clue_campaign CHECK (
  (campaign_task_id IS NULL) = (campaign_order_id IS NULL)
  AND (campaign_task_id IS NOT NULL OR (campaign_unit_code IS NULL AND campaign_township_code IS NULL)));
CREATE INDEX clue_campaign_task ON clue (campaign_task_id) WHERE campaign_task_id IS NOT NULL;

-- Down Migration

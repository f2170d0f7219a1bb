-- Up Migration

-- Letters drafted from a problem that a campaign has confirmed: beside findings and clues a third origin, and still one of them alone.
ALTER TABLE supervision_letter ADD COLUMN campaign_task_id text REFERENCES supervision_campaign_task (id);
CREATE INDEX supervision_letter_campaign_task ON supervision_letter (campaign_task_id) WHERE campaign_task_id IS NOT NULL;
DO $$
DECLARE
  origin text;
BEGIN
  SELECT conname INTO origin FROM pg_constraint
  WHERE conrelid = 'supervision_letter'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%finding_id%clue_id%';
  EXECUTE format('ALTER TABLE supervision_letter DROP CONSTRAINT %I', origin);
END $$;
ALTER TABLE supervision_letter ADD CONSTRAINT supervision_letter_origin CHECK (num_nonnulls(finding_id, clue_id, campaign_task_id) = 1);

-- Down Migration

-- Up Migration

-- When a campaign's last day is over, by the county's clock; null: it runs no more. With the deadlines of which people were told, as of letters.
ALTER TABLE supervision_campaign ADD COLUMN due_at_ms bigint;
ALTER TABLE supervision_campaign ADD COLUMN soon_told_ms bigint;
ALTER TABLE supervision_campaign ADD COLUMN overdue_told_ms bigint;
UPDATE supervision_campaign SET due_at_ms = extract(epoch FROM (ends_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')::bigint * 1000 WHERE state = 'running';
ALTER TABLE supervision_campaign ADD CONSTRAINT supervision_campaign_due CHECK ((due_at_ms IS NOT NULL) = (state = 'running'));
CREATE INDEX supervision_campaign_due_at ON supervision_campaign (due_at_ms) WHERE due_at_ms IS NOT NULL;

-- Down Migration

-- Up Migration

-- Why a text was handed in or published that had never been tried over the records. Null: it was tried, or nobody was asked yet.
ALTER TABLE finding_rule_draft_event ADD COLUMN untried_reason text;
ALTER TABLE finding_rule_version ADD COLUMN untried_reason text;

-- Down Migration

ALTER TABLE finding_rule_version DROP COLUMN untried_reason;
ALTER TABLE finding_rule_draft_event DROP COLUMN untried_reason;

-- Up Migration

-- What a county has set for the parameters of a rule, in place of what its text says. Each change is a row with all settings of the
-- rule as they stand from then on; rows are never changed. The newest of a rule counts.
CREATE TABLE finding_parameter_change (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id text NOT NULL,
  -- Of the settings; null: there are none any more.
  digest text,
  settings jsonb NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  -- Machine clock.
  changed_at_ms bigint NOT NULL,
  CHECK ((digest IS NULL) = (settings = '[]'::jsonb))
);
CREATE INDEX finding_parameter_change_rule ON finding_parameter_change (rule_id, seq DESC);
CREATE INDEX finding_parameter_change_digest ON finding_parameter_change (digest) WHERE digest IS NOT NULL;

-- The settings by which it was found; null: by the text alone.
ALTER TABLE finding ADD COLUMN rule_overlay text;
ALTER TABLE finding_history ADD COLUMN rule_overlay text;

-- Down Migration

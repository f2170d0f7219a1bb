-- Up Migration

-- Findings that were found together (by a load, by a sweep) or are old are told as one message. Their rows stand here as
-- any other, so that each finding is told once and taken back from exactly those who heard of it; they end as `bundled`, in
-- the row of kind `summary` that is sent.
ALTER TABLE alert_delivery DROP CONSTRAINT alert_delivery_kind_check;
ALTER TABLE alert_delivery DROP CONSTRAINT alert_delivery_state_check;
ALTER TABLE alert_delivery
  ADD CHECK (kind IN ('opened', 'withdrawn', 'summary', 'summary-withdrawn')),
  ADD CHECK (state IN ('waiting', 'delivered', 'dead', 'cancelled', 'bundled')),
  -- What it is told with: `load:…`, `sweep:…`, `old`, `withdrawn`. Null: by itself.
  ADD COLUMN bundle text,
  ADD COLUMN bundled_into bigint,
  ADD COLUMN rule_id text,
  -- Where the console shows it; null: the page of its finding.
  ADD COLUMN path text;
CREATE INDEX alert_delivery_bundle ON alert_delivery (bundle, channel, recipient) WHERE state = 'waiting' AND bundle IS NOT NULL;

-- Down Migration

-- Up Migration

-- What of the records each rule could judge when it was last counted. One row for each rule; rows of rules that are gone are swept out.
CREATE TABLE finding_rule_coverage (
  rule_id text PRIMARY KEY,
  rule_version integer NOT NULL,
  -- Of what is judged: text, parameters, sources. Another one is counted anew.
  fingerprint text NOT NULL,
  -- Machine clock: when it was last counted or tried.
  tried_at_ms bigint NOT NULL,
  counted_at_ms bigint,
  coverage jsonb,
  -- Name of the error by which the last try failed. Never its words: they may quote a record.
  failure text
);

-- Down Migration

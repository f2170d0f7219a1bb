-- Up Migration

-- What judging each rule took and brought, summed per hour and kind of run; after some weeks per day. Many processes add to a row.
CREATE TABLE finding_rule_run (
  -- As its author named it, also while it is in shadow.
  rule_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('live', 'sweep', 'load', 'publish', 'fill', 'shadow', 'trial')),
  grain text NOT NULL CHECK (grain IN ('hour', 'day')),
  -- Machine clock: begin of the hour, or of the day in China.
  from_ms bigint NOT NULL,
  runs bigint NOT NULL,
  spent_ms double precision NOT NULL,
  slowest_ms double precision NOT NULL,
  scopes bigint NOT NULL,
  records bigint NOT NULL,
  gained bigint NOT NULL,
  lost bigint NOT NULL,
  changed bigint NOT NULL,
  errors bigint NOT NULL,
  -- Name of the last error. Never its words: they may quote a record.
  last_error text,
  last_error_at_ms bigint,
  PRIMARY KEY (rule_id, kind, grain, from_ms)
);
CREATE INDEX finding_rule_run_from ON finding_rule_run (grain, from_ms);

-- Down Migration

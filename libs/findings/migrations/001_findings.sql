-- Up Migration

-- The evaluation clock. One row. A higher ticket began to read after a lower one was issued, so it saw at least as much.
CREATE TABLE finding_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  ticket bigint NOT NULL,
  now_ms bigint NOT NULL
);
INSERT INTO finding_clock (ticket, now_ms) VALUES (0, 0);

-- Evaluations that have taken a ticket and neither committed nor given up.
CREATE TABLE finding_evaluation (
  ticket bigint PRIMARY KEY,
  now_ms bigint NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now()
);

-- What the rules last said of a scope. A row without hit and due_at_ms is a marker: it keeps the ticket of an evaluation
-- that came back with nothing, for as long as an older one may still be under way.
CREATE TABLE finding_scope (
  rule_id text NOT NULL,
  scope text NOT NULL,
  ticket bigint NOT NULL,
  now_ms bigint NOT NULL,
  hit boolean NOT NULL,
  due_at_ms bigint,
  digest text NOT NULL,
  PRIMARY KEY (rule_id, scope)
);
CREATE INDEX finding_scope_due ON finding_scope (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX finding_scope_marker ON finding_scope (ticket) WHERE NOT hit AND due_at_ms IS NULL;

CREATE TABLE finding (
  id text PRIMARY KEY,
  rule_id text NOT NULL,
  rule_version integer NOT NULL,
  title text NOT NULL,
  problem_class text NOT NULL,
  severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),
  scope text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'withdrawn', 'dismissed', 'promoted')),
  holds boolean NOT NULL,
  township_code text,
  village_code text,
  unit_id text,
  subjects jsonb NOT NULL,
  occurred_at_ms bigint NOT NULL,
  first_seen_at_ms bigint NOT NULL,
  last_changed_at_ms bigint NOT NULL,
  evidence jsonb NOT NULL,
  figures jsonb NOT NULL,
  explanation text NOT NULL,
  decision_reason text,
  decided_by text,
  decided_at_ms bigint,
  UNIQUE (rule_id, scope),
  -- The data speak through holds; without a person's decision the status follows it.
  CHECK (status IN ('dismissed', 'promoted') OR (status = 'open') = holds)
);
CREATE INDEX finding_changed ON finding (last_changed_at_ms DESC, id DESC);
CREATE INDEX finding_occurred ON finding (occurred_at_ms DESC, id DESC);
CREATE INDEX finding_severity ON finding (severity DESC, id DESC);
CREATE INDEX finding_township ON finding (township_code, last_changed_at_ms DESC);

CREATE TABLE finding_history (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id text NOT NULL REFERENCES finding (id),
  at_ms bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  event text NOT NULL,
  status_before text,
  status_after text NOT NULL,
  rule_version integer NOT NULL,
  actor text,
  reason text,
  cause jsonb NOT NULL,
  explanation text NOT NULL,
  evidence jsonb NOT NULL,
  figures jsonb NOT NULL
);
CREATE INDEX finding_history_finding ON finding_history (finding_id, seq DESC);
CREATE INDEX finding_history_at ON finding_history (at_ms);

-- Announcements of landed batches that are reflected in the tables above, per partition.
CREATE TABLE finding_offset (
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- Rules whose answers are stored, as they were when last swept.
CREATE TABLE finding_rule (
  rule_id text PRIMARY KEY,
  version integer NOT NULL,
  fingerprint text NOT NULL
);

CREATE TABLE finding_sweep (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  reason text NOT NULL,
  rule_ids text[] NOT NULL,
  started_at_ms bigint NOT NULL,
  finished_at_ms bigint,
  now_ms bigint NOT NULL,
  evaluated_scopes bigint NOT NULL DEFAULT 0,
  candidates bigint NOT NULL DEFAULT 0,
  rules_done integer NOT NULL DEFAULT 0,
  drift_findings bigint NOT NULL DEFAULT 0,
  drift_wake_ups bigint NOT NULL DEFAULT 0,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  failure text
);

CREATE TABLE finding_drift (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sweep_id text NOT NULL REFERENCES finding_sweep (id),
  rule_id text NOT NULL,
  scope text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('finding', 'wake-up')),
  stored jsonb,
  evaluated jsonb
);
CREATE INDEX finding_drift_sweep ON finding_drift (sweep_id, seq);

-- Down Migration

-- Up Migration

-- One decision on many findings, which a console carries out one by one. Rows are kept for some weeks: they say what was not done, and why.
CREATE TABLE finding_bulk_decision (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  -- Of the account as it was when it asked (the parameter of its reach): with another it is not carried on.
  role text NOT NULL,
  reach text NOT NULL,
  -- Network address that it was asked from, for the audit log.
  address text,
  -- Made by whoever sent it: what comes again under it is the same one.
  request_key text NOT NULL,
  -- What was asked, hashed: other content under the same key is refused.
  content_hash text NOT NULL,
  decision text NOT NULL CHECK (decision IN ('dismiss', 'promote')),
  verdict text CHECK (verdict IN ('unfounded', 'permitted', 'data-error')),
  reason text,
  total integer NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'finished', 'cancelled', 'stopped')),
  -- Chinese; why it was stopped before its end by nobody's wish.
  stop_reason text,
  -- Machine clock.
  asked_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  UNIQUE (user_id, request_key),
  CHECK ((decision = 'dismiss') = (verdict IS NOT NULL)),
  CHECK ((state = 'running') = (ended_at_ms IS NULL)),
  CHECK ((state = 'stopped') = (stop_reason IS NOT NULL))
);
-- One at a time for each person.
CREATE UNIQUE INDEX finding_bulk_decision_running ON finding_bulk_decision (user_id) WHERE state = 'running';

CREATE TABLE finding_bulk_item (
  bulk_id text NOT NULL REFERENCES finding_bulk_decision (id) ON DELETE CASCADE,
  seq integer NOT NULL,
  finding_id text NOT NULL,
  -- Null: not yet, or no more once it is over.
  outcome text CHECK (outcome IN ('done', 'refused')),
  -- Chinese; why it was refused.
  message text,
  PRIMARY KEY (bulk_id, seq),
  UNIQUE (bulk_id, finding_id),
  CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (message IS NOT NULL))
);
CREATE INDEX finding_bulk_item_left ON finding_bulk_item (bulk_id, seq) WHERE outcome IS NULL;

-- Down Migration

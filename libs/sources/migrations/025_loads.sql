-- Up Migration

-- Loads that were announced: many records that only make sense together (a file, the first pull of a feed, what a feed
-- catches up on). What a load has brought is judged when its last row has landed, not before.
CREATE TABLE IF NOT EXISTS finding_load (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('upload', 'import', 'folder', 'first-pull', 'catch-up')),
  source text NOT NULL,
  feed text NOT NULL,
  -- Record types that it may bring.
  types text[] NOT NULL,
  -- Times by the database's clock: loader and correlator may run on different machines.
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The stream has its last record.
  ended_at timestamptz,
  -- Its loader died or gave no sign of life: what had come by then was taken for the whole.
  given_up boolean NOT NULL DEFAULT false,
  -- Ends of the record topics after its last record: [{ topic, partition, endOffset }].
  ends jsonb,
  -- The last ticket drawn before the load was known to have landed: an evaluation with a ticket up to this one may have
  -- seen a part of it.
  closed_ticket bigint,
  closed_at timestamptz,
  judged_at timestamptz,
  judged_scopes bigint
);
CREATE INDEX IF NOT EXISTS finding_load_closed ON finding_load (closed_ticket);
CREATE INDEX IF NOT EXISTS finding_load_unjudged ON finding_load (began_at) WHERE judged_at IS NULL;

-- Down Migration

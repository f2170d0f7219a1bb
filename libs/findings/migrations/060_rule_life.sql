-- Up Migration

-- Texts of rules that people write. Saving publishes nothing; what is published is the text that a second person has approved.
CREATE TABLE finding_rule_draft (
  id text PRIMARY KEY,
  -- As far as the text says it so far; empty: not yet.
  rule_id text NOT NULL,
  title text NOT NULL,
  yaml text NOT NULL,
  -- Of the text.
  digest text NOT NULL,
  -- The published text that it began as; null: a new rule.
  based_on text REFERENCES finding_rule_version (digest),
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'discarded')),
  -- Grows with every change of the text: who saves or reviews says which one they have read.
  revision integer NOT NULL,
  created_by text NOT NULL,
  created_at_ms bigint NOT NULL,
  changed_by text NOT NULL,
  changed_at_ms bigint NOT NULL,
  -- The text all of whose examples have passed; null: none yet.
  passed_digest text,
  -- The text that was tried last, what came of it, and the townships of whoever tried it (null: the whole county).
  tried_digest text,
  trial jsonb,
  trial_reach text[],
  CHECK ((trial IS NULL) = (tried_digest IS NULL))
);
CREATE INDEX finding_rule_draft_changed ON finding_rule_draft (changed_at_ms DESC, id);

-- Who did what to a draft, and to which text. Rows are never changed: who wrote a text never approves it.
CREATE TABLE finding_rule_draft_event (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  draft_id text NOT NULL REFERENCES finding_rule_draft (id),
  event text NOT NULL CHECK (event IN ('created', 'edited', 'passed', 'tried', 'submitted', 'approved', 'returned', 'shadowed', 'published', 'discarded')),
  actor text NOT NULL,
  reason text,
  digest text NOT NULL,
  -- Machine clock.
  at_ms bigint NOT NULL
);
CREATE INDEX finding_rule_draft_event_draft ON finding_rule_draft_event (draft_id, seq);
CREATE INDEX finding_rule_draft_event_digest ON finding_rule_draft_event (digest);

-- The rules that are judged in shadow, beside what stands.
CREATE TABLE finding_shadow_rule (
  rule_id text PRIMARY KEY,
  digest text NOT NULL REFERENCES finding_rule_version (digest),
  actor text NOT NULL,
  reason text NOT NULL,
  changed_at_ms bigint NOT NULL
);

-- What a rule in shadow has found; it answers under a name of its own.
ALTER TABLE finding ADD COLUMN shadow boolean NOT NULL GENERATED ALWAYS AS (rule_id LIKE '%@shadow') STORED;

-- The newest version there was when a person put an older one back: files up to it are left as they are.
ALTER TABLE finding_published_rule ADD COLUMN files_up_to integer;

-- The text that is tried, and the townships of whoever asked (null: the whole county).
ALTER TABLE finding_trial ADD COLUMN digest text;
ALTER TABLE finding_trial ADD COLUMN reach text[];

-- Down Migration

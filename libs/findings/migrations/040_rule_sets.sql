-- Up Migration

-- Every text of a rule that was ever published, as it was. Rows are never changed: a finding names the text that found it.
CREATE TABLE finding_rule_version (
  -- Of the text.
  digest text PRIMARY KEY,
  rule_id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  yaml text NOT NULL,
  -- Sources to which the text limits the rule; null: all.
  sources text[],
  origin text NOT NULL CHECK (origin IN ('shipped', 'folder', 'console')),
  -- Null: the program, from a file.
  actor text,
  reason text,
  published_at_ms bigint NOT NULL
);
CREATE INDEX finding_rule_version_rule ON finding_rule_version (rule_id, version);

-- Which text of each rule stands by now; none: retired.
CREATE TABLE finding_published_rule (
  rule_id text PRIMARY KEY,
  digest text REFERENCES finding_rule_version (digest),
  -- Of the text that stands, or stood last.
  version integer NOT NULL,
  origin text NOT NULL CHECK (origin IN ('shipped', 'folder', 'console')),
  actor text,
  reason text,
  changed_at_ms bigint NOT NULL
);

-- What is judged, epoch by epoch: [{ digest, sources }]. Rows are never changed.
CREATE TABLE finding_rule_set (
  epoch bigint PRIMARY KEY,
  rules jsonb NOT NULL,
  actor text,
  reason text,
  made_at_ms bigint NOT NULL
);

-- Every change of what is judged begins an epoch: published, retired, switched.
ALTER TABLE finding_rule_switch_version RENAME TO finding_rule_epoch;
ALTER TABLE finding_rule_epoch RENAME COLUMN version TO epoch;

-- The epoch by whose rules an evaluation judges; its commit is refused in any other. Null: no rule's answer is in it.
ALTER TABLE finding_evaluation ADD COLUMN epoch bigint;

-- The text that found it; null: it was found before texts were kept.
ALTER TABLE finding ADD COLUMN rule_digest text;
ALTER TABLE finding_history ADD COLUMN rule_digest text;

-- As which member of its set the rule is judged, and was swept: so it can be asked how far one is. Null: by a program before.
ALTER TABLE finding_active_rule ADD COLUMN member jsonb;
ALTER TABLE finding_rule ADD COLUMN member jsonb;

-- From here on it says with which calendar and language rules are judged; which rules, the epoch says.
DELETE FROM finding_running_rules;
ALTER TABLE finding_running_rules RENAME TO finding_rule_engine;

-- Down Migration

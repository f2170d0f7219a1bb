-- Up Migration

-- Rules that live work judges, in whichever process. A row is committed before the first sweep of its rule reads: a batch
-- that was handled without the rule had landed before, so that sweep sees it.
CREATE TABLE finding_active_rule (
  rule_id text PRIMARY KEY,
  version integer NOT NULL,
  fingerprint text NOT NULL
);
INSERT INTO finding_active_rule (rule_id, version, fingerprint) SELECT rule_id, version, fingerprint FROM finding_rule;

-- Down Migration

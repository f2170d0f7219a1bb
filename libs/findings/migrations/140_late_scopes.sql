-- Up Migration

-- Scopes of a period that is over which records have touched since they were last judged; see LateScopes.
CREATE TABLE finding_late_scope (
  rule_id text NOT NULL,
  scope text NOT NULL,
  -- Evaluations from the first to the last at whose commit it was put off. Whoever holds a higher ticket saw all of that.
  first_ticket bigint NOT NULL,
  ticket bigint NOT NULL,
  since_ms bigint NOT NULL,
  due_at_ms bigint NOT NULL,
  PRIMARY KEY (rule_id, scope)
);
CREATE INDEX finding_late_scope_due ON finding_late_scope (due_at_ms);

-- The announced batches that touched them: a finding says which records it came by.
CREATE TABLE finding_late_batch (
  batch text NOT NULL,
  type text NOT NULL,
  edited integer,
  traces text[] NOT NULL,
  ticket bigint NOT NULL,
  PRIMARY KEY (batch, type)
);

-- Down Migration

-- Up Migration

-- The loads themselves, `finding_load`, stand with the sources (025 there), whose schema comes first.

-- Wake-ups that came while their scope waited for a load: not due again before it is closed.
CREATE TABLE finding_held_wake_up (
  rule_id text NOT NULL,
  scope text NOT NULL,
  load_id text NOT NULL REFERENCES finding_load (id) ON DELETE CASCADE,
  PRIMARY KEY (rule_id, scope, load_id)
);
CREATE INDEX finding_held_wake_up_load ON finding_held_wake_up (load_id);

-- Down Migration

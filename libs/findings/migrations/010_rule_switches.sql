-- Up Migration

-- What people have switched: a pack or a rule on or off, and the sources it is limited to (null: all). Without a row: on, all.
CREATE TABLE finding_rule_switch (
  kind text NOT NULL CHECK (kind IN ('pack', 'rule')),
  id text NOT NULL,
  enabled boolean NOT NULL,
  sources text[] CHECK (cardinality(sources) > 0),
  reason text NOT NULL,
  actor text NOT NULL,
  changed_at_ms bigint NOT NULL,
  PRIMARY KEY (kind, id)
);

-- Grows with every change, under the lock of commits: a commit by rules of an earlier version is refused.
CREATE TABLE finding_rule_switch_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO finding_rule_switch_version (version) VALUES (0);

-- Down Migration

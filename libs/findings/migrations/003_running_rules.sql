-- Up Migration

-- The rules that run, as one fingerprint, said by whichever correlator started last. A commit by another set is refused:
-- two sets at work at once would open and withdraw the same findings in turn.
CREATE TABLE finding_running_rules (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  fingerprint text NOT NULL
);

-- Down Migration

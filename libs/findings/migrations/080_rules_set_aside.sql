-- Up Migration

-- Rules that were taken out of what is judged because judging them erred, each by itself. Rows stay: they say what a rule missed.
CREATE TABLE finding_set_aside (
  rule_id text NOT NULL,
  -- Counts the times of the rule.
  round integer NOT NULL,
  -- As which member of its set it erred: any other text, limit or parameter is another rule, and is judged.
  member jsonb NOT NULL,
  trouble text NOT NULL CHECK (trouble IN ('error', 'time', 'memory')),
  -- Name of the error. Never its words: they may quote a record.
  detail text NOT NULL,
  -- In which it erred; the next one is without it.
  epoch bigint NOT NULL,
  -- The how-manieth time in a row, from 1.
  attempt integer NOT NULL,
  -- Machine clock.
  began_at_ms bigint NOT NULL,
  -- Evaluation clock: what the rule has found is of then.
  current_until_ms bigint NOT NULL,
  -- Machine clock; null: it waits for a person.
  retry_at_ms bigint,
  ended_at_ms bigint,
  ended_how text CHECK (ended_how IN ('retried', 'person', 'changed')),
  -- Sign-in name, where a person did it.
  ended_by text,
  -- When all there is had been evaluated by it again: it has missed nothing.
  filled_at timestamptz,
  PRIMARY KEY (rule_id, round),
  CHECK ((ended_at_ms IS NULL) = (ended_how IS NULL))
);
CREATE UNIQUE INDEX finding_set_aside_open ON finding_set_aside (rule_id) WHERE ended_at_ms IS NULL;

-- Down Migration

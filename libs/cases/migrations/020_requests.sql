-- Up Migration

-- What people sent under a key of their own making, and the step that it became: the same sent again is that step, not another. Kept as long as the step:
-- a telephone may send days later what it could not tell had arrived.
CREATE TABLE clue_request (
  person_id text NOT NULL,
  key text NOT NULL,
  -- Of what was sent: another content under the same key is a mistake of the sender.
  content_hash text NOT NULL,
  -- Null: a decision about a finding that no clue knows of.
  clue_id text,
  seq integer,
  PRIMARY KEY (person_id, key),
  FOREIGN KEY (clue_id, seq) REFERENCES clue_step (clue_id, seq),
  CHECK ((clue_id IS NULL) = (seq IS NULL))
);

-- Down Migration

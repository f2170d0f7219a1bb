-- Up Migration

-- The last number given in a year to a kind of letter. Raised in the transaction that issues it: a number that is rolled back is given again.
CREATE TABLE supervision_letter_number (
  kind text NOT NULL,
  year integer NOT NULL,
  last integer NOT NULL CHECK (last > 0),
  PRIMARY KEY (kind, year)
);

-- Letters to units. What they are stands in supervision_step; here a copy of where each stands, for lists and locks.
CREATE TABLE supervision_letter (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('supervision-order', 'work-reminder', 'supervision-prompt', 'supervision-proposal')),
  -- Given when it is issued: what is never issued takes none.
  year integer,
  number integer,
  unit_code text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  reply_working_days integer NOT NULL CHECK (reply_working_days > 0),
  -- What it was drafted from. Findings and clues are other libraries', and are never deleted.
  finding_id text,
  clue_id text,
  -- Townships that it lay in when the letter was drafted; null: one is of none, or not of a township.
  townships text[],
  state text NOT NULL CHECK (state IN ('drafted', 'issued', 'received', 'answered', 'sent-back', 'accepted', 'closed', 'withdrawn')),
  -- Who drafted it handles it.
  handler_id text NOT NULL REFERENCES access_user (id),
  -- How often an answer was sent back.
  returns integer NOT NULL DEFAULT 0 CHECK (returns >= 0),
  -- All times are the county's.
  changed_at_ms bigint NOT NULL,
  issued_at_ms bigint,
  -- By then the unit has to answer; null: it has nothing to answer at present.
  due_at_ms bigint,
  -- The deadlines of which people were told that they are near, and that they are over.
  soon_told_ms bigint,
  overdue_told_ms bigint,
  -- How many steps it has; who decides on an earlier number has not seen the last one.
  steps integer NOT NULL CHECK (steps > 0),
  head_hash text NOT NULL,
  UNIQUE (kind, year, number),
  CHECK ((year IS NULL) = (number IS NULL)),
  CHECK ((finding_id IS NULL) <> (clue_id IS NULL)),
  CHECK (number IS NOT NULL OR state IN ('drafted', 'withdrawn'))
);
CREATE INDEX supervision_letter_changed ON supervision_letter (changed_at_ms DESC, id DESC);
CREATE INDEX supervision_letter_unit ON supervision_letter (unit_code, state);
CREATE INDEX supervision_letter_due ON supervision_letter (due_at_ms) WHERE due_at_ms IS NOT NULL;

-- The ledger: one problem of a unit, until it is put right. Names of people stand here alone, and can be corrected.
CREATE TABLE supervision_rectification (
  id text PRIMARY KEY,
  letter_id text REFERENCES supervision_letter (id),
  unit_code text NOT NULL,
  township_code text,
  problem text NOT NULL,
  responsible text,
  leader text,
  measures text,
  proof text,
  improvement text,
  recovered_fen bigint NOT NULL DEFAULT 0 CHECK (recovered_fen >= 0),
  due_day date NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'rectifying', 'awaiting-acceptance', 'settled')),
  -- All times are the county's.
  registered_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  steps integer NOT NULL CHECK (steps > 0),
  head_hash text NOT NULL
);
CREATE INDEX supervision_rectification_changed ON supervision_rectification (changed_at_ms DESC, id DESC);
CREATE INDEX supervision_rectification_unit ON supervision_rectification (unit_code, state);
CREATE INDEX supervision_rectification_letter ON supervision_rectification (letter_id);

-- The history of letters and of items of the ledger: each step names the hash of the one before.
CREATE TABLE supervision_step (
  owner_kind text NOT NULL CHECK (owner_kind IN ('letter', 'rectification')),
  owner_id text NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  -- County clock.
  at_ms bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  taker_id text NOT NULL,
  taker_account text NOT NULL,
  content jsonb NOT NULL,
  state_after text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (owner_kind, owner_id, seq)
);

-- What was done stays on record: the program itself cannot change or remove a step.
CREATE FUNCTION supervision_step_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'supervision_step is append-only';
END $$;
CREATE TRIGGER supervision_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON supervision_step
  FOR EACH STATEMENT EXECUTE FUNCTION supervision_step_refuse();

-- Down Migration

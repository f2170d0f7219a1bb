-- Up Migration

-- The last number given in a year. Raised in the transaction that registers the clue: a number that is rolled back is given again.
CREATE TABLE clue_number (
  year integer PRIMARY KEY,
  last integer NOT NULL CHECK (last > 0)
);

-- Clues. What they are stands in clue_step; here a copy of where each stands, for lists and locks.
CREATE TABLE clue (
  id text PRIMARY KEY,
  year integer NOT NULL,
  number integer NOT NULL,
  -- Titles of the rules whose findings it was registered from.
  title text NOT NULL,
  -- Townships of its findings, as of the last step that changed them; null: one is of none, or not of a township.
  townships text[],
  state text NOT NULL CHECK (state IN ('registered', 'verifying', 'disposing', 'awaiting-approval', 'handling', 'rectifying',
    'awaiting-acceptance', 'concluding', 'closed', 'on-hold', 'transferred', 'suspended', 'awaiting-reopening', 'merged', 'cancelled')),
  assignee_id text REFERENCES access_user (id),
  verdict text CHECK (verdict IN ('confirmed', 'unfounded', 'permitted', 'data-error')),
  disposal text CHECK (disposal IN ('talk-or-letter', 'preliminary-inquiry', 'hold', 'conclude')),
  -- All times are the county's.
  registered_at_ms bigint NOT NULL,
  state_since_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  -- By then the state has to be over; null: whenever.
  due_at_ms bigint,
  -- The deadlines of which people were told that they are near, and that they are over.
  soon_told_ms bigint,
  overdue_told_ms bigint,
  -- Since then its clock stands still.
  paused_at_ms bigint,
  -- How many steps it has; who decides on an earlier number has not seen the last one.
  steps integer NOT NULL CHECK (steps > 0),
  -- Hash of the last step: a step that is taken away from the end is missed.
  head_hash text NOT NULL,
  UNIQUE (year, number),
  CHECK ((state = 'suspended') = (paused_at_ms IS NOT NULL))
);
CREATE INDEX clue_changed ON clue (changed_at_ms DESC, id DESC);
CREATE INDEX clue_assignee ON clue (assignee_id, state);
CREATE INDEX clue_due ON clue (due_at_ms) WHERE due_at_ms IS NOT NULL;

-- What a clue is about. A finding is worked on in one clue at a time. Findings are another library's, and are never deleted.
CREATE TABLE clue_finding (
  finding_id text PRIMARY KEY,
  clue_id text NOT NULL REFERENCES clue (id),
  -- Whether the data supported it when the clue was last told.
  held boolean NOT NULL
);
CREATE INDEX clue_finding_clue ON clue_finding (clue_id);

-- Whom a clue is about: personal data, and therefore not in its steps, which are kept for ever as they are.
CREATE TABLE clue_person (
  id text PRIMARY KEY,
  clue_id text NOT NULL REFERENCES clue (id),
  name text NOT NULL,
  unit text NOT NULL,
  post text,
  form text CHECK (form IN ('first', 'second', 'third', 'fourth')),
  measure text,
  CHECK ((form IS NULL) = (measure IS NULL))
);
CREATE INDEX clue_person_clue ON clue_person (clue_id);

CREATE TABLE clue_link (
  clue_id text NOT NULL REFERENCES clue (id),
  other_id text NOT NULL REFERENCES clue (id),
  PRIMARY KEY (clue_id, other_id),
  CHECK (clue_id <> other_id)
);

-- The history: each step names the hash of the one before.
CREATE TABLE clue_step (
  clue_id text NOT NULL REFERENCES clue (id),
  seq integer NOT NULL CHECK (seq > 0),
  -- County clock.
  at_ms bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null: the platform.
  taker_id text,
  taker_account text,
  content jsonb NOT NULL,
  state_after text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (clue_id, seq),
  CHECK ((taker_id IS NULL) = (taker_account IS NULL))
);

-- What was done stays on record: the program itself cannot change or remove a step.
CREATE FUNCTION clue_step_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'clue_step is append-only';
END $$;
CREATE TRIGGER clue_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clue_step
  FOR EACH STATEMENT EXECUTE FUNCTION clue_step_refuse();

-- Down Migration

-- Up Migration

-- Circulars (通报). What they are stands in supervision_step; here a copy of where each stands, for lists and locks. Numbers are given like those of letters.
CREATE TABLE supervision_circular (
  id text PRIMARY KEY,
  -- Given when it is issued: what is never issued takes none.
  year integer,
  number integer,
  title text NOT NULL,
  body text NOT NULL,
  -- Who reads it once it is issued: the units named, or every unit of the county.
  audience text NOT NULL CHECK (audience IN ('named', 'county')),
  unit_codes text[] NOT NULL CHECK (cardinality(unit_codes) > 0),
  -- 首接负责: the unit that was asked first, and sees the matter through.
  first_unit_code text CHECK (first_unit_code = ANY (unit_codes)),
  -- So long the units named have to report what they improved; null: it is to be read, and nothing is to be reported.
  report_working_days integer CHECK (report_working_days > 0),
  -- The circular that it puts right.
  corrects_id text REFERENCES supervision_circular (id),
  -- Townships that what it was drafted from lay in then; null: some of it is of none, or not of a township.
  townships text[],
  state text NOT NULL CHECK (state IN ('drafted', 'issued', 'closed', 'withdrawn')),
  handler_id text NOT NULL REFERENCES access_user (id),
  -- All times are the county's.
  changed_at_ms bigint NOT NULL,
  issued_at_ms bigint,
  -- By then the units named have to report; null: nothing is to be reported at present.
  due_at_ms bigint,
  -- The deadlines of which people were told that they are near, and that they are over.
  soon_told_ms bigint,
  overdue_told_ms bigint,
  steps integer NOT NULL CHECK (steps > 0),
  head_hash text NOT NULL,
  UNIQUE (year, number),
  CHECK ((year IS NULL) = (number IS NULL)),
  CHECK (number IS NOT NULL OR state IN ('drafted', 'withdrawn'))
);
CREATE INDEX supervision_circular_changed ON supervision_circular (changed_at_ms DESC, id DESC);
CREATE INDEX supervision_circular_due ON supervision_circular (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX supervision_circular_corrects ON supervision_circular (corrects_id) WHERE corrects_id IS NOT NULL;

-- What it was drafted from. Findings and clues are other libraries', and are never deleted.
CREATE TABLE supervision_circular_origin (
  circular_id text NOT NULL REFERENCES supervision_circular (id),
  kind text NOT NULL CHECK (kind IN ('finding', 'clue', 'letter')),
  origin_id text NOT NULL,
  PRIMARY KEY (circular_id, kind, origin_id)
);
CREATE INDEX supervision_circular_origin_id ON supervision_circular_origin (origin_id);

-- 已阅: which unit has read it, and who for it. A county has hundreds of units: these are no steps.
CREATE TABLE supervision_circular_receipt (
  circular_id text NOT NULL REFERENCES supervision_circular (id),
  unit_code text NOT NULL,
  reader_id text NOT NULL,
  reader_account text NOT NULL,
  -- County clock.
  at_ms bigint NOT NULL,
  PRIMARY KEY (circular_id, unit_code)
);
CREATE FUNCTION supervision_receipt_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'supervision_circular_receipt is append-only';
END $$;
CREATE TRIGGER supervision_receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON supervision_circular_receipt
  FOR EACH STATEMENT EXECUTE FUNCTION supervision_receipt_refuse();

-- 建章立制: what a unit has built or improved after a circular. A copy too.
CREATE TABLE supervision_improvement (
  id text PRIMARY KEY,
  circular_id text NOT NULL REFERENCES supervision_circular (id),
  unit_code text NOT NULL,
  name text NOT NULL,
  document_number text NOT NULL,
  document_day date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('new', 'amended', 'abolished')),
  state text NOT NULL CHECK (state IN ('reported', 'sent-back', 'counted', 'dropped')),
  -- All times are the county's.
  reported_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  counted_at_ms bigint,
  steps integer NOT NULL CHECK (steps > 0),
  head_hash text NOT NULL,
  CHECK ((counted_at_ms IS NOT NULL) = (state = 'counted'))
);
CREATE INDEX supervision_improvement_circular ON supervision_improvement (circular_id, unit_code);
CREATE INDEX supervision_improvement_counted ON supervision_improvement (counted_at_ms) WHERE state = 'counted';
-- The same document is counted once, whichever circular it is reported to.
CREATE UNIQUE INDEX supervision_improvement_once ON supervision_improvement (unit_code, document_number, name) WHERE state <> 'dropped';

-- Histories of more kinds. Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'supervision_step_owner_kind_check' AND conrelid = 'supervision_step'::regclass;
  ALTER TABLE supervision_step DROP CONSTRAINT supervision_step_owner_kind_check;
  EXECUTE format('ALTER TABLE supervision_step ADD CONSTRAINT supervision_step_owner_kind_check CHECK (%s OR owner_kind IN (%L, %L))',
    before, 'circular', 'improvement');
END $$;

-- Down Migration

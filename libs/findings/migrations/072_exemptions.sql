-- Up Migration

-- Findings of a rule about a subject that people have set aside. Nothing of how the rule is judged changes; rows are kept when they end.
CREATE TABLE finding_exemption (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id text NOT NULL,
  -- 'scope', or the name of a subject of its findings.
  subject_kind text NOT NULL,
  subject_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('exception', 'snooze')),
  reason text NOT NULL,
  document text,
  -- Reach of the person who made it: it concerns findings of these townships alone; null: of the whole county.
  townships text[],
  actor text NOT NULL,
  -- County clock.
  made_at_ms bigint NOT NULL,
  -- From this instant of the evaluation clock on it is over; null: never by itself.
  expires_at_ms bigint,
  ended_at_ms bigint,
  ended_by text,
  end_reason text,
  CHECK (kind = 'snooze' OR document IS NOT NULL),
  CHECK (kind = 'exception' OR expires_at_ms IS NOT NULL),
  CHECK ((ended_at_ms IS NULL) = (ended_by IS NULL) AND (ended_at_ms IS NULL) = (end_reason IS NULL))
);
CREATE INDEX finding_exemption_subject ON finding_exemption (rule_id, subject_kind, subject_code) WHERE ended_at_ms IS NULL;
-- Which findings are about a subject.
CREATE INDEX finding_subjects ON finding USING gin (subjects jsonb_path_ops);

-- Down Migration

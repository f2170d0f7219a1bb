-- Up Migration

-- One alert to one team: what somebody of the team has to take note of, whatever number of inboxes and channels tell of it. Open until the
-- finding is withdrawn or concerns the team no longer; of what is decided on it is ended when it would go up.
CREATE TABLE team_alert (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id text NOT NULL,
  -- Alerts outlive their team: they are the record of who was told and who took note.
  team_id text NOT NULL,
  severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),
  title text NOT NULL,
  body text NOT NULL,
  township_code text,
  rule_id text,
  occurred_at_ms bigint NOT NULL,
  opened_at_ms bigint NOT NULL,
  acknowledged_by text,
  acknowledged_at_ms bigint,
  -- 0: nobody beyond the team has been told; then the rung of the escalation that was told last.
  rung smallint NOT NULL DEFAULT 0 CHECK (rung BETWEEN 0 AND 2),
  rung_at_ms bigint,
  ended_at_ms bigint,
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at_ms IS NULL))
);
CREATE UNIQUE INDEX team_alert_open ON team_alert (finding_id, team_id) WHERE ended_at_ms IS NULL;
-- Of one finding, also those that are over: its page shows them.
CREATE INDEX team_alert_finding ON team_alert (finding_id);
CREATE INDEX team_alert_unacknowledged ON team_alert (team_id, rung, id) WHERE ended_at_ms IS NULL AND acknowledged_at_ms IS NULL;

-- Which alert it tells of. Null: of what was told before alerts were kept, and of what is no alert.
ALTER TABLE notice_delivery ADD COLUMN alert_id bigint;
CREATE INDEX notice_delivery_alert ON notice_delivery (alert_id) WHERE alert_id IS NOT NULL;

-- Who is told of an alert that nobody of the team acknowledges. Null severity: nobody.
ALTER TABLE alert_team
  ADD COLUMN escalation_min_severity smallint CHECK (escalation_min_severity BETWEEN 1 AND 3),
  ADD COLUMN escalation_office_hours smallint CHECK (escalation_office_hours > 0),
  ADD COLUMN escalation_first text[] NOT NULL DEFAULT '{}',
  ADD COLUMN escalation_second text[] NOT NULL DEFAULT '{}',
  ADD CHECK ((escalation_min_severity IS NULL) = (escalation_office_hours IS NULL)),
  ADD CHECK (escalation_min_severity IS NULL OR cardinality(escalation_first) > 0);

-- Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (%s OR (subject_kind = %L AND kind IN (%L, %L)))',
    before, 'finding', 'escalated', 'summary-escalated');
END $$;

-- Down Migration

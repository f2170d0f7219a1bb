-- Up Migration

-- What is counted of a unit, and of the queue of a team that asks for units, is told by this alone: a unit has tens of thousands of findings, and each
-- would be read from the table. Lists of a unit are in its order.
DROP INDEX finding_unit;
CREATE INDEX finding_unit ON finding (unit_id, last_changed_at_ms DESC, id DESC)
  INCLUDE (rule_id, problem_class, severity, status, verdict, township_code, stake, occurred_at_ms, shadow) WHERE unit_id IS NOT NULL;

-- Down Migration

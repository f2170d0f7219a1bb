-- Up Migration

-- What is counted of a unit, and of the queue of a team that asks for units, is told by this alone: a unit has tens of thousands of findings, and each
-- would be read from the table. Lists of a unit are in its order.
DROP INDEX finding_unit;
CREATE INDEX finding_unit ON finding (unit_id, last_changed_at_ms DESC, id DESC)
  INCLUDE (rule_id, problem_class, severity, status, verdict, township_code, stake, occurred_at_ms, shadow) WHERE unit_id IS NOT NULL;

-- In the order of lists to the end: what is not, the planner passes over for the newest of all, among which it would look for the few of one village.
DROP INDEX finding_village;
CREATE INDEX finding_village ON finding (village_code, last_changed_at_ms DESC, id DESC) WHERE village_code IS NOT NULL;
DROP INDEX finding_township;
CREATE INDEX finding_township ON finding (township_code, last_changed_at_ms DESC, id DESC);

-- Down Migration

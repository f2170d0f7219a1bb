-- Up Migration

-- What a person has found out about a finding that was decided on. Null: nobody has decided, or it was dismissed before a class was asked.
ALTER TABLE finding ADD COLUMN verdict text CHECK (verdict IN ('confirmed', 'unfounded', 'permitted', 'data-error'));
-- The version of the rule whose finding was decided on: a later version may find the same.
ALTER TABLE finding ADD COLUMN decided_rule_version integer;
ALTER TABLE finding_history ADD COLUMN verdict text;

UPDATE finding f SET verdict = CASE f.status WHEN 'promoted' THEN 'confirmed' END, decided_rule_version = coalesce(
  (SELECT h.rule_version FROM finding_history h WHERE h.finding_id = f.id AND h.event IN ('dismissed', 'promoted') ORDER BY h.seq DESC LIMIT 1),
  f.rule_version)
WHERE f.status IN ('dismissed', 'promoted');
ALTER TABLE finding ADD CHECK (verdict IS NULL OR (verdict = 'confirmed') = (status = 'promoted'));

-- How often a rule was right is counted from these alone.
CREATE INDEX finding_decided ON finding (rule_id, decided_rule_version) WHERE status IN ('dismissed', 'promoted');

-- Down Migration

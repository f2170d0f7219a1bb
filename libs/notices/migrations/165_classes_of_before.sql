-- Up Migration

-- What was told before the class was kept bears none, and was hidden from whoever sees some classes alone. The finding knows its class; of one that is
-- there no more its rule does, where all that the rule found is of one class. A database of notices alone has no findings, and nothing to be told again.
DO $$
BEGIN
  IF to_regclass('finding') IS NULL THEN
    RETURN;
  END IF;
  UPDATE notice_delivery d SET problem_class = f.problem_class FROM finding f
  WHERE d.subject_kind = 'finding' AND d.problem_class IS NULL AND f.id = d.subject_id;
  UPDATE team_alert a SET problem_class = f.problem_class FROM finding f WHERE a.problem_class IS NULL AND f.id = a.finding_id;
  CREATE TEMPORARY TABLE class_of_rule ON COMMIT DROP AS
    SELECT rule_id, min(problem_class) AS problem_class FROM finding GROUP BY rule_id HAVING min(problem_class) = max(problem_class);
  UPDATE notice_delivery d SET problem_class = c.problem_class FROM class_of_rule c
  WHERE d.subject_kind = 'finding' AND d.problem_class IS NULL AND c.rule_id = d.rule_id;
  UPDATE team_alert a SET problem_class = c.problem_class FROM class_of_rule c WHERE a.problem_class IS NULL AND c.rule_id = a.rule_id;
END $$;

-- Down Migration

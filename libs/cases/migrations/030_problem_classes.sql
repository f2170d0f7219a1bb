-- Up Migration

-- Classes of problems of the findings, as of the last step; null: not known, of a clue that had none when this was first kept. With all classes alone
-- it is seen then.
ALTER TABLE clue ADD COLUMN problem_classes text[];
UPDATE clue SET problem_classes = found.classes FROM (
  SELECT m.clue_id, array_agg(DISTINCT f.problem_class) AS classes FROM clue_finding m JOIN finding f ON f.id = m.finding_id GROUP BY 1) found
WHERE found.clue_id = clue.id;

-- Down Migration

-- Up Migration

-- Classes of problems that a person may see findings of; null: all. An empty list would be a person who sees nothing: a mistake, and easily taken for
-- "everything".
ALTER TABLE access_user ADD COLUMN problem_classes text[]
  CHECK (cardinality(problem_classes) > 0 AND array_position(problem_classes, NULL) IS NULL);
-- What these do concerns all of it; a liaison sees no findings.
ALTER TABLE access_user ADD CONSTRAINT access_user_all_classes CHECK (problem_classes IS NULL OR role NOT IN (
  'commission-leader', 'system-administrator', 'security-administrator', 'audit-administrator', 'unit-liaison'));

-- Down Migration

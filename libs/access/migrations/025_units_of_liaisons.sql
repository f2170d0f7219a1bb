-- Up Migration

-- Units that a liaison answers for, as records name them; of nobody else. A liaison of before has none, and sees nothing until some are granted.
ALTER TABLE access_user ADD COLUMN unit_codes text[] NOT NULL DEFAULT '{}';
-- What a liaison sees follows from the units alone.
UPDATE access_user SET township_codes = NULL WHERE role = 'unit-liaison';
ALTER TABLE access_user ADD CONSTRAINT access_user_units CHECK (
  array_position(unit_codes, NULL) IS NULL
  AND CASE WHEN role = 'unit-liaison' THEN township_codes IS NULL ELSE cardinality(unit_codes) = 0 END);

-- Down Migration

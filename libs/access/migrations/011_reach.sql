-- Up Migration

-- Townships that a person may see; null: the whole county. An empty list would be a person who sees nothing: a mistake, and
-- easily taken for "everything".
ALTER TABLE access_user ADD COLUMN township_codes text[]
  CHECK (cardinality(township_codes) > 0 AND array_position(township_codes, NULL) IS NULL);
-- Who runs the platform (sources, teams, deliveries) handles what belongs to no township, or to any.
ALTER TABLE access_user ADD CONSTRAINT access_user_administrator_reach
  CHECK (role <> 'administrator' OR township_codes IS NULL);

-- Down Migration

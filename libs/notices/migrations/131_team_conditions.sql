-- Up Migration

-- Of which classes of problems and of which units a team is told, beside its townships; empty: of all. A team with such a condition and without
-- townships is told of the whole county's.
ALTER TABLE alert_team
  ADD COLUMN problem_classes text[] NOT NULL DEFAULT '{}',
  ADD COLUMN unit_ids text[] NOT NULL DEFAULT '{}';

-- No team takes it: the default team was told in its place.
ALTER TABLE team_alert ADD COLUMN is_fallback boolean NOT NULL DEFAULT false;

-- Down Migration

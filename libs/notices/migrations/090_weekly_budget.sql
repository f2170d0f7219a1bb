-- Up Migration

-- How many doubts the team takes on in a week; null: as many as there are.
ALTER TABLE alert_team ADD COLUMN weekly_budget integer CHECK (weekly_budget > 0);

-- Down Migration

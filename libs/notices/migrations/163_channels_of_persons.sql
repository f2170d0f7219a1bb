-- Up Migration

-- Whose address or telephone it is: told outside the team's hours only when that person is on duty. Null: all of the team's.
ALTER TABLE team_channel ADD COLUMN user_id text;

-- Down Migration

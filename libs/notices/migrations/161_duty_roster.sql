-- Up Migration

-- Minutes of a working day, in China, between which the whole team is told; outside them it is who is on duty. Null: the team has no roster.
ALTER TABLE alert_team
  ADD COLUMN duty_from_minute smallint CHECK (duty_from_minute BETWEEN 0 AND 1439),
  ADD COLUMN duty_to_minute smallint CHECK (duty_to_minute BETWEEN 0 AND 1439),
  ADD CHECK ((duty_from_minute IS NULL) = (duty_to_minute IS NULL)),
  ADD CHECK (duty_from_minute < duty_to_minute);

-- Who is on duty on a day; until the team's work begins on the day after.
CREATE TABLE team_duty_day (
  team_id text NOT NULL REFERENCES alert_team (id) ON DELETE CASCADE,
  -- YYYY-MM-DD in China.
  day text NOT NULL CHECK (day ~ '^\d{4}-\d{2}-\d{2}$'),
  user_id text NOT NULL,
  PRIMARY KEY (team_id, day, user_id)
);

-- Who of the team was told: all of it; outside its hours who was on duty; outside its hours all of it, as nobody was on duty who could be told.
ALTER TABLE team_alert ADD COLUMN told_whom text NOT NULL DEFAULT 'team' CHECK (told_whom IN ('team', 'on-duty', 'nobody-on-duty'));

-- Down Migration

-- Up Migration

-- What a team with a weekly budget has taken on, week by week. A row is a place: it is kept for the week whatever the risk of others becomes,
-- and taken away when the finding no longer concerns the team (withdrawn, set aside, moved).
CREATE TABLE finding_week_place (
  -- Of alert_team, which libs/notices owns.
  team_id text NOT NULL,
  -- Monday of the week, by the county's clock.
  week text NOT NULL,
  finding_id text NOT NULL,
  -- County clock.
  taken_at_ms bigint NOT NULL,
  PRIMARY KEY (team_id, week, finding_id)
);

-- Down Migration

-- Up Migration

-- Minutes of the day in China between which nothing leaves the platform for the team; over midnight where the first is the later. Null: none.
ALTER TABLE alert_team
  ADD COLUMN quiet_from_minute smallint CHECK (quiet_from_minute BETWEEN 0 AND 1439),
  ADD COLUMN quiet_to_minute smallint CHECK (quiet_to_minute BETWEEN 0 AND 1439),
  -- What is of high severity comes all the same.
  ADD COLUMN quiet_except_high boolean NOT NULL DEFAULT true,
  ADD CHECK ((quiet_from_minute IS NULL) = (quiet_to_minute IS NULL)),
  ADD CHECK (quiet_from_minute <> quiet_to_minute);

-- Down Migration

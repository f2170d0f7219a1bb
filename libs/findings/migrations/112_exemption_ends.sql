-- Up Migration

-- When whoever made the exemption was told that it ends soon; machine clock.
ALTER TABLE finding_exemption ADD COLUMN end_told_at_ms bigint;

-- Down Migration

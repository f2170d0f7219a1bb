-- Up Migration

-- Rules of a sweep that it did not judge, or not to the end; see SweepResult.
ALTER TABLE finding_sweep ADD COLUMN left_out text[] NOT NULL DEFAULT '{}';

-- Down Migration

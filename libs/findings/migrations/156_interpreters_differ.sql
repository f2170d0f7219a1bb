-- Up Migration

-- A rule is set aside as well when its two interpreters do not say the same over the county's records.
ALTER TABLE finding_set_aside DROP CONSTRAINT finding_set_aside_trouble_check;
ALTER TABLE finding_set_aside ADD CONSTRAINT finding_set_aside_trouble_check CHECK (trouble IN ('error', 'time', 'memory', 'differs'));

-- Down Migration

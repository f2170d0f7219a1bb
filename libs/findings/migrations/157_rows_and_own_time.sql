-- Up Migration

-- A rule is set aside as well when it reads or answers more rows than one rule may, or takes more of the process than that.
ALTER TABLE finding_set_aside DROP CONSTRAINT finding_set_aside_trouble_check;
ALTER TABLE finding_set_aside ADD CONSTRAINT finding_set_aside_trouble_check
  CHECK (trouble IN ('error', 'time', 'memory', 'differs', 'rows', 'busy'));

-- Down Migration

-- Up Migration

CREATE SEQUENCE finding_touched_cohort_mark;

-- Cohorts of a rule that is judged at a rate, which records have touched since they were last judged; see TouchedCohorts.
CREATE TABLE finding_touched_cohort (
  rule_id text NOT NULL,
  -- All of them, with an empty key.
  is_all boolean NOT NULL,
  cohort text NOT NULL,
  -- Drawn anew each time, under the lock of all commits: whoever began to read after the highest mark saw all that had touched it by then.
  mark bigint NOT NULL,
  PRIMARY KEY (rule_id, is_all, cohort)
);

-- A rule is set aside as well when it says another thing of a cohort alone than of all.
ALTER TABLE finding_set_aside DROP CONSTRAINT finding_set_aside_trouble_check;
ALTER TABLE finding_set_aside ADD CONSTRAINT finding_set_aside_trouble_check
  CHECK (trouble IN ('error', 'time', 'memory', 'differs', 'rows', 'busy', 'crosses'));

-- Down Migration

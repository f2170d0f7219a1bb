-- Up Migration

-- What switching a pack or several rules at once would bring and take away, by rule: it waits its turn among trials, and ends as one.
ALTER TABLE finding_trial ADD COLUMN switched jsonb;
ALTER TABLE finding_trial DROP CONSTRAINT finding_trial_check;
ALTER TABLE finding_trial ADD CONSTRAINT finding_trial_done CHECK ((state = 'done') = (result IS NOT NULL OR switched IS NOT NULL));

-- Down Migration

-- Up Migration

-- Within which classes of problems a trial was run, beside its townships: whoever sees fewer does not see what came of it. Null: all of them, also
-- of trials of before, of which nobody knows.
ALTER TABLE finding_trial ADD COLUMN problem_classes text[];
ALTER TABLE finding_rule_draft ADD COLUMN trial_classes text[];

-- Down Migration

ALTER TABLE finding_rule_draft DROP COLUMN trial_classes;
ALTER TABLE finding_trial DROP COLUMN problem_classes;

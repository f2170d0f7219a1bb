-- Up Migration

-- Which figure of it says how much money is at stake, by the text that found it, as its severity is; null: none does.
ALTER TABLE finding ADD COLUMN amount_figure text;
UPDATE finding f SET amount_figure = said.amount_figure
FROM (SELECT digest, substring(yaml from '(?n)^amountAtStake:[ \t]*["'']?([A-Za-z][A-Za-z0-9]*)') AS amount_figure FROM finding_rule_version) said
WHERE said.amount_figure IS NOT NULL
  AND said.digest = coalesce(f.rule_digest, (SELECT p.digest FROM finding_published_rule p WHERE p.rule_id = f.rule_id));

-- What is at stake, whatever is expected of its rule: weight of its severity (1, 2, 4) × weight of its amount in tenths (10 up to 10,000 yuan or
-- where there is none, 10 more with each zero, 40 from 10 million on). A column of the row's own columns: it cannot differ from them.
ALTER TABLE finding ADD COLUMN stake smallint NOT NULL GENERATED ALWAYS AS (
  (CASE severity WHEN 1 THEN 1 WHEN 2 THEN 2 ELSE 4 END) * (10 + least(30, floor(10 * log(greatest(1,
    CASE WHEN jsonb_typeof(figures -> amount_figure) = 'number' THEN (figures ->> amount_figure)::numeric / 1000000 ELSE 0 END)))))::smallint
) STORED;

-- Of one rule, in one state and place: the greatest first. Lists by risk merge these; see finding-ranks.ts.
CREATE INDEX finding_rank ON finding (rule_id, status, township_code, stake DESC, id DESC) WHERE NOT shadow;

-- No list is ordered by severity alone.
DROP INDEX finding_severity;

-- What came about in a period is counted from this alone.
DROP INDEX finding_occurred;
CREATE INDEX finding_occurred ON finding (occurred_at_ms DESC, id DESC)
  INCLUDE (rule_id, problem_class, severity, status, verdict, township_code, shadow);

-- The newest of each thing is found by it.
DROP INDEX finding_subject_key;
CREATE INDEX finding_subject_key ON finding (subject_key, last_changed_at_ms DESC, id DESC);

-- Down Migration

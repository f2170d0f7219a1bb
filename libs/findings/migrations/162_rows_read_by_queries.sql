-- Up Migration

-- What the queries have read by which a rule was judged whole; of sums of before nobody knows it, and 0 says so.
ALTER TABLE finding_rule_run ADD COLUMN read_rows bigint NOT NULL DEFAULT 0;

-- Down Migration

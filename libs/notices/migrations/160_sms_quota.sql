-- Up Migration

-- Short messages that each number was sent within a day, whatever number of notifiers send and however often they start anew. A digest under the
-- installation's secret stands for the number, which is sealed wherever it is kept.
CREATE TABLE sms_quota (
  number_digest text PRIMARY KEY,
  -- When places were taken, the oldest first. Machine time.
  taken_at_ms bigint[] NOT NULL
);

-- Down Migration

-- Up Migration

-- From which pages or files of the sources the records came that caused the message, for whoever follows it through the logs.
ALTER TABLE alert_delivery ADD COLUMN traces text[] NOT NULL DEFAULT '{}';

-- Down Migration

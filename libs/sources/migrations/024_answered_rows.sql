-- Up Migration

-- Version of the refused record, if at least that could be read: what comes later with an older one does not answer it. Null
-- for rows from before.
ALTER TABLE quarantine ADD COLUMN version bigint;

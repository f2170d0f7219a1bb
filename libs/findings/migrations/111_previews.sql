-- Up Migration

-- A trial of other values for a rule's parameters is the preview that has to be seen before they are saved: of which text and values
-- it was, and up to which announced load the data had been taken in. Null: a trial of a text.
ALTER TABLE finding_trial
  ADD COLUMN preview_digest text,
  ADD COLUMN preview_closed_ticket bigint;

-- Down Migration

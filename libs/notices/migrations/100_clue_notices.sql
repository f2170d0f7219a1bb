-- Up Migration

-- Notices to people about clues.
ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (
  (subject_kind = 'finding' AND kind IN ('opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'))
  OR (subject_kind = 'source' AND kind IN ('source-failing', 'source-working'))
  OR (subject_kind = 'rule' AND kind = 'rule-set-aside')
  OR (subject_kind = 'exemption' AND kind = 'exemption-ending')
  OR (subject_kind = 'clue' AND kind IN ('clue-assigned', 'clue-due-soon', 'clue-overdue', 'clue-data-changed', 'clue-rebounded')));

-- Down Migration

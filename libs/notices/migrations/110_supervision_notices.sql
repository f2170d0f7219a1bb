-- Up Migration

-- Notices about letters: to the commission's people (letter), and to the liaisons of the unit (assignment).
ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (
  (subject_kind = 'finding' AND kind IN ('opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'))
  OR (subject_kind = 'source' AND kind IN ('source-failing', 'source-working'))
  OR (subject_kind = 'rule' AND kind = 'rule-set-aside')
  OR (subject_kind = 'exemption' AND kind = 'exemption-ending')
  OR (subject_kind = 'clue' AND kind IN ('clue-assigned', 'clue-due-soon', 'clue-overdue', 'clue-data-changed', 'clue-rebounded'))
  OR (subject_kind = 'letter' AND kind IN ('letter-drafted', 'letter-answered', 'letter-due-soon', 'letter-overdue'))
  OR (subject_kind = 'assignment' AND kind IN ('assignment-issued', 'assignment-sent-back', 'assignment-due-soon', 'assignment-overdue')));

-- Down Migration

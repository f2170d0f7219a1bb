-- Up Migration

-- Notices to people that an exemption of theirs ends soon.
ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (
  (subject_kind = 'finding' AND kind IN ('opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'))
  OR (subject_kind = 'source' AND kind IN ('source-failing', 'source-working'))
  OR (subject_kind = 'rule' AND kind = 'rule-set-aside')
  OR (subject_kind = 'exemption' AND kind = 'exemption-ending'));

-- Down Migration

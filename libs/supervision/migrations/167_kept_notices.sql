-- Up Migration

-- What had been told of a clue before it was kept to a circle was taken out of the inboxes of everybody else, and what had been told of letters and
-- circulars from it was not; nor was what had been told of what was merged into it.
WITH kept AS (
  SELECT c.id, k.circle FROM clue c JOIN clue k ON k.id IN (c.id, c.merged_into) WHERE k.circle IS NOT NULL
), letter AS (
  SELECT l.id, kept.circle FROM supervision_letter l JOIN kept ON kept.id = l.clue_id
), told AS (
  SELECT 'clue' AS kind, id, circle FROM kept
  UNION ALL SELECT 'letter', id, circle FROM letter
  UNION ALL SELECT 'circular', o.circular_id, kept.circle FROM supervision_circular_origin o JOIN kept ON o.kind = 'clue' AND o.origin_id = kept.id
  UNION ALL SELECT 'circular', o.circular_id, letter.circle FROM supervision_circular_origin o JOIN letter ON o.kind = 'letter' AND o.origin_id = letter.id
)
UPDATE notice_delivery d SET state = 'cancelled' FROM told t
WHERE d.subject_kind = t.kind AND d.subject_id = t.id AND d.channel = 'inbox' AND d.state IN ('waiting', 'delivered') AND d.recipient <> ALL(t.circle);

-- Down Migration

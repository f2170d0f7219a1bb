-- Up Migration

-- 知悉范围: ids of the accounts that alone may see the clue; null: whoever's reach it lies in. A copy of what the steps say.
ALTER TABLE clue ADD COLUMN circle text[] CHECK (circle IS NULL OR cardinality(circle) > 0);
-- What it has become a part of: that one's circle is its own too. Where that was merged itself, the last of them.
ALTER TABLE clue ADD COLUMN merged_into text REFERENCES clue (id);
WITH RECURSIVE merges AS (
  SELECT clue_id AS id, content ->> 'otherId' AS into_id FROM clue_step WHERE content ->> 'step' = 'merge'
), ways AS (
  SELECT id, into_id, 1 AS length FROM merges
  UNION ALL
  SELECT w.id, m.into_id, w.length + 1 FROM ways w JOIN merges m ON m.id = w.into_id
)
UPDATE clue c SET merged_into = last.into_id
FROM (SELECT DISTINCT ON (id) id, into_id FROM ways ORDER BY id, length DESC) last WHERE last.id = c.id;
CREATE INDEX clue_merged_into ON clue (merged_into) WHERE merged_into IS NOT NULL;

-- Down Migration

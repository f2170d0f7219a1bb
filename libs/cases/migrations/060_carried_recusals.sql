-- Up Migration

-- Who had withdrawn (回避) from what a clue was split off of, by then: the findings that it took along are those that they stay away from. Beside the
-- steps: whoever reads a clue need not learn who stays away from another.
CREATE TABLE clue_carried_recusal (
  clue_id text NOT NULL REFERENCES clue (id),
  user_id text NOT NULL,
  PRIMARY KEY (clue_id, user_id)
);

-- Of clues that were split off before, by their steps: what each part came from, and what had become part of that.
WITH RECURSIVE edges AS (
  SELECT content ->> 'otherId' AS clue_id, 0 AS seq, clue_id AS source_id, seq AS until_seq FROM clue_step WHERE content ->> 'step' = 'split'
  UNION ALL
  SELECT clue_id, seq, content ->> 'otherId', 2147483647 FROM clue_step WHERE content ->> 'step' = 'absorb'
), walk AS (
  SELECT e.clue_id, e.source_id, e.until_seq FROM edges e WHERE e.seq = 0
  UNION
  SELECT w.clue_id, e.source_id, e.until_seq FROM walk w JOIN edges e ON e.clue_id = w.source_id AND e.seq < w.until_seq
)
INSERT INTO clue_carried_recusal (clue_id, user_id)
SELECT DISTINCT w.clue_id, r.content ->> 'userId' FROM walk w
JOIN clue_step r ON r.clue_id = w.source_id AND r.seq < w.until_seq AND r.content ->> 'step' = 'recuse';

-- Down Migration
DROP TABLE clue_carried_recusal;

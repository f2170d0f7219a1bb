-- Up Migration

-- Who is one person (同一人) among those that clues name: what whoever named them has said, and never a guess of the program.
ALTER TABLE clue_person ADD COLUMN identity_id text;
-- Those of before were counted by name and unit, and stay counted so until somebody says otherwise.
UPDATE clue_person p SET identity_id = first.id FROM (SELECT name, unit, min(id) AS id FROM clue_person GROUP BY name, unit) first
WHERE first.name = p.name AND first.unit = p.unit;
ALTER TABLE clue_person ALTER COLUMN identity_id SET NOT NULL;
CREATE INDEX clue_person_identity ON clue_person (identity_id);
-- Looked for by the whole name alone.
CREATE INDEX clue_person_name ON clue_person (name);

-- Down Migration

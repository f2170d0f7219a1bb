-- Up Migration

-- Who is one person (同一人) among those that clues name: what whoever named them has said, and never a guess of the program.
ALTER TABLE clue_person ADD COLUMN identity_id text;
-- What statistics count as one: as it was said, but of those of before, of whom nobody has said anything, by name and unit as they were counted.
ALTER TABLE clue_person ADD COLUMN counted_as text;
UPDATE clue_person p SET identity_id = p.id, counted_as = first.id FROM (SELECT name, unit, min(id) AS id FROM clue_person GROUP BY name, unit) first
WHERE first.name = p.name AND first.unit = p.unit;
ALTER TABLE clue_person ALTER COLUMN identity_id SET NOT NULL;
ALTER TABLE clue_person ALTER COLUMN counted_as SET NOT NULL;
CREATE INDEX clue_person_identity ON clue_person (identity_id);
-- Looked for by the whole name alone.
CREATE INDEX clue_person_name ON clue_person (name);

-- Down Migration

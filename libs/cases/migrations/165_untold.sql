-- Up Migration

-- What the platform has done, or noted, on a clue when all who would have been told of it stayed away: whoever comes is told. The newest of each clue.
CREATE TABLE clue_untold (
  clue_id text PRIMARY KEY REFERENCES clue (id),
  kind text NOT NULL CHECK (kind IN ('clue-data-changed', 'clue-rebounded'))
);

-- Down Migration
DROP TABLE clue_untold;

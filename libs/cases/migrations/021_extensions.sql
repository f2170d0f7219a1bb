-- Up Migration

-- Copies of what the steps say, as all of this table: money that accepted rectifications have recovered, and how many systems they built or improved.
ALTER TABLE clue ADD COLUMN recovered_fen bigint NOT NULL DEFAULT 0 CHECK (recovered_fen >= 0);
ALTER TABLE clue ADD COLUMN improvements integer NOT NULL DEFAULT 0 CHECK (improvements >= 0);
-- Somebody waits for an answer to a longer deadline.
ALTER TABLE clue ADD COLUMN extension_asked boolean NOT NULL DEFAULT false;
-- What the next rung of a disposal that waits for approval has to be allowed; null: nothing waits, or it began when leaders alone approved.
ALTER TABLE clue ADD COLUMN rung_action text CHECK (rung_action IN ('manage-clues', 'approve-clues'));

-- Down Migration

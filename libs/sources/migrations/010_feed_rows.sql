-- Up Migration

-- A feed owns the rows that it has brought: a full list of one feed says nothing about the rows of another. Rows of before
-- have the empty feed until a feed brings them again, or until the only feed of their type claims them at a start.
ALTER TABLE snapshot_row ADD COLUMN feed text NOT NULL DEFAULT '';
ALTER TABLE snapshot_row ALTER COLUMN feed DROP DEFAULT;
-- Since when (machine time) the feed's full list has lacked the row; null while it holds it.
ALTER TABLE snapshot_row ADD COLUMN missing_since_ms bigint;
-- A person has confirmed that the row is gone, not merely left out of an incomplete list.
ALTER TABLE snapshot_row ADD COLUMN removal_confirmed boolean NOT NULL DEFAULT false;
-- The id before the feed: one look-up tells which feeds hold a record.
ALTER TABLE snapshot_row DROP CONSTRAINT snapshot_row_pkey;
ALTER TABLE snapshot_row ADD PRIMARY KEY (source, type, id, feed);
CREATE INDEX snapshot_row_unclaimed ON snapshot_row (source, type) WHERE feed = '';

-- Full lists that lack so many rows that a person has to say whether they are whole. Nothing of them is deleted meanwhile.
CREATE TABLE held_list (
  source text NOT NULL REFERENCES source (name) ON DELETE CASCADE,
  feed text NOT NULL,
  -- The file that waits in the folder; null for a list that is asked for again by itself.
  file_name text,
  missing bigint NOT NULL,
  known bigint NOT NULL,
  held_at_ms bigint NOT NULL,
  -- `delete`: the missing rows are gone; `discard`: the list was incomplete. Null while it waits.
  decision text CHECK (decision IN ('delete', 'discard')),
  decided_by text,
  decided_at_ms bigint,
  PRIMARY KEY (source, feed)
);

-- Up Migration

-- Feeds that have been read to their end at least once. Until then half of their history may be missing, and rules over
-- it would accuse people of not having done what is merely not read yet.
CREATE TABLE source_first_load (
  source text NOT NULL REFERENCES source (name) ON DELETE CASCADE,
  feed text NOT NULL,
  loaded_at_ms bigint NOT NULL,
  PRIMARY KEY (source, feed)
);

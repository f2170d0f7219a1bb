-- Up Migration

CREATE TABLE source (
  name text PRIMARY KEY,
  label text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('http-pull', 'file-drop', 'webhook', 'upload')),
  enabled boolean NOT NULL DEFAULT true,
  last_run_at_ms bigint,
  last_success_at_ms bigint,
  -- Newest event time among the accepted records: what the lag is measured from.
  last_record_at_ms bigint,
  accepted_total bigint NOT NULL DEFAULT 0,
  repeated_total bigint NOT NULL DEFAULT 0,
  refused_total bigint NOT NULL DEFAULT 0,
  -- What failed in the last run of each feed, in Chinese: { feed: text }. A feed that works has no member.
  errors jsonb NOT NULL DEFAULT '{}'
);

-- Where a feed is read on from. Written only after the stream has acknowledged what was read before it.
CREATE TABLE source_cursor (
  source text NOT NULL REFERENCES source (name) ON DELETE CASCADE,
  feed text NOT NULL,
  cursor text NOT NULL,
  saved_at_ms bigint NOT NULL,
  PRIMARY KEY (source, feed)
);

CREATE TABLE quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  feed text NOT NULL,
  -- Record type the row was to become; null where not even that could be told.
  type text,
  record_id text,
  field text,
  label text,
  reason text NOT NULL,
  raw text NOT NULL,
  -- Length of the raw text as received; `raw` holds only its beginning when it is longer than the limit.
  raw_chars bigint NOT NULL,
  -- Digest of source, feed, type and the whole raw text: the same broken row counts up instead of piling up.
  fingerprint text NOT NULL UNIQUE,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
  seen_count integer NOT NULL DEFAULT 1,
  first_seen_at_ms bigint NOT NULL,
  last_seen_at_ms bigint NOT NULL,
  settled_at_ms bigint,
  settled_by text,
  -- Why it was discarded, or the text it was replayed with.
  settlement text
);
CREATE INDEX quarantine_by_state ON quarantine (state, id DESC);
CREATE INDEX quarantine_by_source ON quarantine (source, state, id DESC);

-- Files taken from a drop folder or uploaded, recognised by the digest of their bytes.
CREATE TABLE file_seen (
  source text NOT NULL,
  sha256 text NOT NULL,
  file_name text NOT NULL,
  bytes bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('done', 'failed')),
  accepted bigint NOT NULL DEFAULT 0,
  repeated bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  error text,
  finished_at_ms bigint NOT NULL,
  actor text,
  PRIMARY KEY (source, sha256)
);

-- Last known content of each record of a source that sends full exports or repeats itself: tells changed rows from
-- unchanged ones, and finds the rows that have vanished.
CREATE TABLE snapshot_row (
  source text NOT NULL,
  type text NOT NULL,
  id text NOT NULL,
  hash text NOT NULL,
  -- A vanished record is deleted under its last version: with any other, the same record could never come back.
  version bigint NOT NULL,
  PRIMARY KEY (source, type, id)
);

-- Mappings that came with a file and are in no source file: a quarantined row of such a file is replayed by them.
CREATE TABLE source_mapping (
  source text NOT NULL,
  feed text NOT NULL,
  document text NOT NULL,
  saved_at_ms bigint NOT NULL,
  PRIMARY KEY (source, feed)
);

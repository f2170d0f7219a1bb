-- Up Migration

CREATE TABLE stream_topics (
  topic_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL UNIQUE,
  partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 1000),
  retention_ms bigint CHECK (retention_ms >= 0),
  drop_committed boolean NOT NULL DEFAULT false
);

-- next_offset is the only allocator of offsets. Its row stays locked from allocation to commit, so a later offset can
-- never become visible before an earlier one of the same partition (a sequence or an identity column lets that happen,
-- and a consumer would then step over the late row for good).
CREATE TABLE stream_partitions (
  topic_id integer NOT NULL REFERENCES stream_topics ON DELETE CASCADE,
  partition integer NOT NULL,
  first_offset bigint NOT NULL DEFAULT 0,
  next_offset bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic_id, partition),
  CHECK (first_offset <= next_offset)
) WITH (fillfactor = 25);

-- One row is a run of consecutive messages of one partition (a chunk). The row is found by its last offset: "the first
-- chunk whose last offset >= n" holds message n wherever chunks begin.
CREATE TABLE stream_log (
  topic_id integer NOT NULL,
  partition integer NOT NULL,
  first_offset bigint NOT NULL,
  last_offset bigint NOT NULL,
  appended_at_ms bigint NOT NULL,
  -- Size of the payload before compression: what a reader will have to hold.
  plain_bytes integer NOT NULL,
  -- 0 = UTF-8 text, 1 = the same compressed with zstd. The text is a JSON array of [key, value, headers?].
  encoding smallint NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (topic_id, partition, last_offset),
  CHECK (first_offset <= last_offset)
) WITH (
  -- Rows are only added and, by retention, removed from the old end: vacuum early so that the space is used again.
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.2,
  toast.autovacuum_vacuum_scale_factor = 0.05
);

-- The client has compressed it; a second attempt by the server would only cost processor time.
ALTER TABLE stream_log ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE stream_members (
  member_id text PRIMARY KEY,
  group_name text NOT NULL,
  topic_ids integer[] NOT NULL,
  -- The session that dies with the member's process: lets others notice a kill before the lease runs out.
  backend_pid integer NOT NULL,
  backend_started_at timestamptz NOT NULL,
  renewed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 25);
CREATE INDEX stream_members_group ON stream_members (group_name);

-- What a group knows of a partition: how far it has come, and who owns it now. The generation rises with every new
-- owner; a commit must name it, so an owner that slept through a rebalance cannot move the offset.
CREATE TABLE stream_group_partitions (
  group_name text NOT NULL,
  topic_id integer NOT NULL,
  partition integer NOT NULL,
  committed_offset bigint,
  member_id text REFERENCES stream_members ON DELETE SET NULL,
  generation bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (group_name, topic_id, partition),
  FOREIGN KEY (topic_id, partition) REFERENCES stream_partitions ON DELETE CASCADE
) WITH (fillfactor = 25);
CREATE INDEX stream_group_partitions_member ON stream_group_partitions (member_id);

-- Allocates offsets for several partitions of one topic in one round trip. Rows are locked in ascending order of
-- partition whatever the order of the argument, so two producers can never wait for each other in a circle.
CREATE FUNCTION stream_reserve(wanted_topic integer, wanted_partitions integer[], counts integer[])
RETURNS TABLE (reserved_partition integer, reserved_first bigint)
LANGUAGE plpgsql AS $$
DECLARE
  wish record;
BEGIN
  FOR wish IN SELECT u.p, u.n FROM unnest(wanted_partitions, counts) AS u (p, n) ORDER BY u.p LOOP
    UPDATE stream_partitions SET next_offset = next_offset + wish.n
      WHERE topic_id = wanted_topic AND partition = wish.p
      RETURNING partition, next_offset - wish.n INTO reserved_partition, reserved_first;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'stream topic % has no partition %', wanted_topic, wish.p;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Publishes in one round trip. `payloads` holds all chunks end to end, because one binary parameter travels as it is
-- while an array of them would be sent as text of twice the size.
CREATE FUNCTION stream_append(wanted_topic integer, at_ms bigint, partitions integer[], counts integer[], plain_sizes integer[],
  encodings smallint[], payload_sizes integer[], payloads bytea)
RETURNS void
LANGUAGE sql AS $$
  WITH chunk AS (
    SELECT c.p, c.n, c.plain_size, c.encoding,
           sum(c.n) OVER (PARTITION BY c.p ORDER BY c.place) - c.n AS messages_before,
           sum(c.payload_size) OVER (ORDER BY c.place) - c.payload_size AS bytes_before, c.payload_size
    FROM unnest(partitions, counts, plain_sizes, encodings, payload_sizes) WITH ORDINALITY AS c (p, n, plain_size, encoding, payload_size, place)
  ), total AS MATERIALIZED (
    SELECT array_agg(t.p) AS ps, array_agg(t.n) AS ns FROM (SELECT c.p, sum(c.n)::integer AS n FROM chunk c GROUP BY c.p) AS t
  ), reserved AS MATERIALIZED (
    SELECT r.reserved_partition, r.reserved_first FROM total, stream_reserve(wanted_topic, total.ps, total.ns) AS r
  )
  INSERT INTO stream_log (topic_id, partition, first_offset, last_offset, appended_at_ms, plain_bytes, encoding, payload)
  SELECT wanted_topic, c.p, r.reserved_first + c.messages_before, r.reserved_first + c.messages_before + c.n - 1, at_ms, c.plain_size,
         c.encoding, substring(payloads FROM c.bytes_before::integer + 1 FOR c.payload_size)
  FROM chunk c JOIN reserved r ON r.reserved_partition = c.p
$$;

-- Up Migration

-- Records that no consumer could take are told as well: `unstored`.
ALTER TABLE outage DROP CONSTRAINT outage_trouble_check;
ALTER TABLE outage ADD CONSTRAINT outage_trouble_check
  CHECK (trouble IN ('failing', 'silent', 'dead-letters', 'growing', 'filling', 'unstored'));

-- How many messages of the stream were given up, as last seen: the stream says how many there are, and not since when.
CREATE TABLE record_dead_letters (
  topic text NOT NULL,
  partition integer NOT NULL,
  end_offset bigint NOT NULL,
  -- Where those that came together (a burst) begin.
  burst_from bigint NOT NULL,
  grew_at_ms bigint NOT NULL,
  -- When the stream last said at least that end: one that says less since then was made anew.
  seen_at_ms bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- Down Migration

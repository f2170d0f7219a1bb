-- How often rows have been noted for a feed, counted in the statement that notes them: who knows the count knows whether anybody
-- else has noted a row meanwhile. A feed without a row here holds nothing in snapshot_row.
CREATE TABLE snapshot_writes (
  source text NOT NULL,
  feed text NOT NULL,
  writes bigint NOT NULL,
  PRIMARY KEY (source, feed)
);
INSERT INTO snapshot_writes (source, feed, writes) SELECT source, feed, 1 FROM snapshot_row GROUP BY source, feed;

-- Up Migration

-- Signatures of pushes, so that none is taken twice: not by another process, nor after a restart. Only right signatures get
-- here, and each goes when its time has passed.
CREATE TABLE push_seen (
  signature text PRIMARY KEY,
  -- False while a process works on it: it may die before the stream has the records.
  taken boolean NOT NULL,
  -- Machine time until which a repetition is refused; while not taken, until which the process is waited for.
  until_ms bigint NOT NULL
);
CREATE INDEX push_seen_until ON push_seen (until_ms);

-- Up Migration

-- What is to be known of findings as records that other rules read: the newest state of each, and whether the stream has it yet. Written in
-- the transaction that changes the finding, so that a process that dies in between loses nothing.
CREATE SEQUENCE finding_record_version;
CREATE TABLE finding_record (
  finding_id text PRIMARY KEY,
  -- Version of the record: grows with every change of it.
  version bigint NOT NULL,
  -- Whether the record stands: the data support the finding, nobody has dismissed it or set it aside.
  counts boolean NOT NULL,
  -- Set aside when it was last looked at.
  aside boolean NOT NULL,
  -- Its rule reads findings itself: never a record, or rules could rest on each other in a circle.
  second_level boolean NOT NULL,
  at_ms bigint NOT NULL,
  fields jsonb NOT NULL,
  -- The stream does not have this version yet.
  pending boolean NOT NULL
);
CREATE INDEX finding_record_pending ON finding_record (version) WHERE pending;
CREATE INDEX finding_record_aside ON finding_record (finding_id) WHERE aside;

-- What stands already is published like what will be found. So far no rule reads findings. What is set aside is taken back by the first
-- look at exemptions.
INSERT INTO finding_record (finding_id, version, counts, aside, second_level, at_ms, fields, pending)
SELECT id, nextval('finding_record_version'), holds AND status IN ('open', 'promoted'), false, false, occurred_at_ms,
  subjects || jsonb_build_object('ruleId', rule_id, 'severity', severity, 'problemClass', problem_class), holds AND status IN ('open', 'promoted')
FROM finding WHERE NOT shadow;

-- Down Migration

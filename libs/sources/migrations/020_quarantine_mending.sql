-- Up Migration

-- What is wrong, field by field, without the text of the cell: [{ field, label, reason }]. The cell stands in `raw`.
ALTER TABLE quarantine ADD COLUMN problems jsonb NOT NULL DEFAULT '[]';
-- Rows of one feed that broke in the same way; see `groupKeyOf`.
ALTER TABLE quarantine ADD COLUMN group_key text NOT NULL DEFAULT '';
-- County clock at the last arrival: what the source said of the record since then is newer. Null for rows from before.
ALTER TABLE quarantine ADD COLUMN received_at_ms bigint;
-- The mend by which it was settled; null for one that was replayed or discarded alone.
ALTER TABLE quarantine ADD COLUMN mend_id bigint;
-- Reasons used to quote the cell, which may be a telephone number.
UPDATE quarantine SET reason = regexp_replace(reason, '（原文：.*?）(?=；|$)', '', 'g');
UPDATE quarantine SET group_key = md5(concat_ws(E'\n', source, feed, type, field, regexp_replace(reason, '[0-9]+', 'N', 'g')));
CREATE INDEX quarantine_by_group ON quarantine (group_key, state, id);
CREATE INDEX quarantine_by_mend ON quarantine (mend_id, id) WHERE mend_id IS NOT NULL;
CREATE INDEX quarantine_by_record ON quarantine (type, record_id);

-- How one quarantined row or a whole group of them is mended, from the proposal to the last row.
CREATE TABLE quarantine_mend (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  feed text NOT NULL,
  type text,
  -- One of the two: a single row, or all open rows of a group.
  item_id bigint REFERENCES quarantine (id),
  group_key text,
  -- { kind: 'replay' } | { kind: 'values', changes } | { kind: 'row', raw } | { kind: 'discard' }
  plan jsonb NOT NULL,
  reason text,
  -- proposed → running (by a second person) → done; or rejected, withdrawn, cancelled
  state text NOT NULL CHECK (state IN ('proposed', 'running', 'done', 'rejected', 'withdrawn', 'cancelled')),
  -- Digest of the mapping that the second person saw the result of.
  mapping_hash text,
  proposed_by text NOT NULL,
  proposed_at_ms bigint NOT NULL,
  decided_by text,
  decided_at_ms bigint,
  decision_reason text,
  -- Rows that come later are not meant.
  max_item_id bigint NOT NULL,
  -- Everything up to here is done: a restart goes on behind it.
  last_item_id bigint NOT NULL DEFAULT 0,
  total integer NOT NULL,
  accepted integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  -- Why it ended before its end, in Chinese.
  note text,
  finished_at_ms bigint,
  CHECK ((item_id IS NULL) <> (group_key IS NULL)),
  CHECK (decided_by IS NULL OR decided_by <> proposed_by OR state IN ('withdrawn', 'cancelled') OR plan ->> 'kind' IN ('replay', 'discard'))
);
-- Two plans for the same rows at once would each publish their own value.
CREATE UNIQUE INDEX quarantine_mend_one_per_item ON quarantine_mend (item_id) WHERE state IN ('proposed', 'running');
CREATE UNIQUE INDEX quarantine_mend_one_per_group ON quarantine_mend (group_key) WHERE state IN ('proposed', 'running');
CREATE INDEX quarantine_mend_by_state ON quarantine_mend (state, id DESC);

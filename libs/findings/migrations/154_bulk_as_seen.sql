-- Up Migration

-- Of what fitted the filter when it was asked for: what has come or changed since the person looked, and was left out.
ALTER TABLE finding_bulk_decision ADD COLUMN later integer NOT NULL DEFAULT 0;

-- The instant as of which the person chose (a snapshot): what has changed since is not decided on, however much later it has its turn. Of what was asked for
-- before, that of the upgrade.
ALTER TABLE finding_bulk_decision ADD COLUMN as_of pg_snapshot NOT NULL DEFAULT pg_current_snapshot();
ALTER TABLE finding_bulk_decision ALTER COLUMN as_of DROP DEFAULT;

-- Whether a row stood, as it stands, at an instant of before (a snapshot). xmin is the low half of a transaction's number; the whole number is the newest
-- one that ends in it. A row that has not been touched for four billion transactions could be taken for a new one, and is left out.
CREATE FUNCTION finding_stood(row_xmin xid, seen pg_snapshot) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pg_visible_in_snapshot(
    (pg_snapshot_xmax(pg_current_snapshot())::text::bigint
      - (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - row_xmin::text::bigint) % 4294967296)::text::xid8,
    seen)
$$;

-- Down Migration

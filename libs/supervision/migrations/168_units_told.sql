-- Up Migration

-- Of which deadline the people of the units were told, by itself: what the office is told of may wait for somebody who has not come yet.
ALTER TABLE supervision_letter ADD COLUMN unit_soon_told_ms bigint, ADD COLUMN unit_overdue_told_ms bigint;
ALTER TABLE supervision_circular ADD COLUMN unit_soon_told_ms bigint, ADD COLUMN unit_overdue_told_ms bigint;
UPDATE supervision_letter SET unit_soon_told_ms = soon_told_ms, unit_overdue_told_ms = overdue_told_ms;
UPDATE supervision_circular SET unit_soon_told_ms = soon_told_ms, unit_overdue_told_ms = overdue_told_ms;

-- Down Migration

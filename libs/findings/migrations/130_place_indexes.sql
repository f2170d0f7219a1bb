-- Up Migration

-- Lists, pages and counts of one village or unit: without these a county of a million findings is looked through for each.
CREATE INDEX finding_village ON finding (village_code, last_changed_at_ms DESC) WHERE village_code IS NOT NULL;
CREATE INDEX finding_unit ON finding (unit_id, last_changed_at_ms DESC) WHERE unit_id IS NOT NULL;

-- Down Migration

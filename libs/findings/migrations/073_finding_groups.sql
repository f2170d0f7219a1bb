-- Up Migration

-- What a finding is about, for a list that shows findings of several rules about one thing together: the narrowest thing that it names.
ALTER TABLE finding ADD COLUMN subject_key text GENERATED ALWAYS AS (
  CASE
    WHEN subjects ->> 'contractId' IS NOT NULL THEN 'contractId|' || (subjects ->> 'contractId')
    WHEN subjects ->> 'projectId' IS NOT NULL THEN 'projectId|' || (subjects ->> 'projectId')
    WHEN subjects ->> 'listingId' IS NOT NULL THEN 'listingId|' || (subjects ->> 'listingId')
    WHEN subjects ->> 'assetId' IS NOT NULL THEN 'assetId|' || (subjects ->> 'assetId')
    WHEN subjects ->> 'orderId' IS NOT NULL THEN 'orderId|' || (subjects ->> 'orderId')
    WHEN subjects ->> 'matterKey' IS NOT NULL THEN 'matterKey|' || (subjects ->> 'matterKey')
    WHEN subjects ->> 'villageCode' IS NOT NULL AND subjects ->> 'matter' IS NOT NULL
      THEN 'villageCode|' || (subjects ->> 'villageCode') || '|' || (subjects ->> 'matter')
    WHEN subjects ->> 'unitId' IS NOT NULL THEN 'unitId|' || (subjects ->> 'unitId')
    ELSE 'scope|' || rule_id || '|' || scope
  END) STORED;
CREATE INDEX finding_subject_key ON finding (subject_key, last_changed_at_ms DESC);

-- Down Migration

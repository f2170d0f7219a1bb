-- Up Migration

-- A finding that holds can come to concern other teams: its order is assigned to another township, its rule is given
-- another severity. Who was told hears that it moved; rounds are counted per recipient.
ALTER TABLE alert_delivery DROP CONSTRAINT alert_delivery_kind_check;
ALTER TABLE alert_delivery
  ADD CONSTRAINT alert_delivery_kind_check
    CHECK (kind IN ('opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'));

-- Down Migration

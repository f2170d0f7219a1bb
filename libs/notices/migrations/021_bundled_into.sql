-- Up Migration

-- Whether a summary may be shown to somebody depends on what it sums up: see DeliveryQueries.
CREATE INDEX alert_delivery_bundled_into ON alert_delivery (bundled_into) WHERE bundled_into IS NOT NULL;

-- Down Migration

-- Up Migration

-- What was done to one thing is asked for by its name and what begins with it.
CREATE INDEX access_audit_object ON access_audit (object COLLATE "C");

-- Down Migration

-- Up Migration

-- Filters of the list of findings that people keep under names of their own; nobody else sees them.
CREATE TABLE finding_saved_view (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  name text NOT NULL,
  -- As in the address of the list.
  query text NOT NULL,
  UNIQUE (user_id, name)
);

-- Down Migration

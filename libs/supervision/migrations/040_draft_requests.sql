-- Up Migration

-- What people drafted under a key of their own making, and the first step of what was drafted: the same sent again is that draft, not another. Kept as
-- long as the step: whoever got no answer may send again after a weekend.
CREATE TABLE supervision_draft_request (
  person_id text NOT NULL,
  key text NOT NULL,
  -- Of what was sent: another content under the same key is a mistake of the sender.
  content_hash text NOT NULL,
  owner_kind text NOT NULL CHECK (owner_kind IN ('letter', 'circular')),
  owner_id text NOT NULL,
  PRIMARY KEY (person_id, key)
);

-- Down Migration
DROP TABLE supervision_draft_request;

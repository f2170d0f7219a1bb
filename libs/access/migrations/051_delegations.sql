-- Up Migration

-- Who acts in the place of whom, on which days of the county. Named by the person, confirmed by another who reviews grants and is neither of the two.
CREATE TABLE access_delegation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  principal_id text NOT NULL REFERENCES access_user (id),
  deputy_id text NOT NULL REFERENCES access_user (id),
  from_day date NOT NULL,
  until_day date NOT NULL,
  reason text NOT NULL,
  asked_at_ms bigint NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'rejected', 'ended')),
  -- Of the one who confirmed or rejected it, and of the one who ended it: accounts.
  settled_by text,
  settled_at_ms bigint,
  settle_reason text,
  ended_by text,
  ended_at_ms bigint,
  end_reason text,
  CHECK (principal_id <> deputy_id),
  CHECK (until_day >= from_day),
  CHECK ((state = 'ended') = (ended_by IS NOT NULL)),
  CHECK (state NOT IN ('confirmed', 'rejected') OR settled_by IS NOT NULL)
);
CREATE INDEX access_delegation_deputy ON access_delegation (deputy_id, until_day) WHERE state = 'confirmed';
CREATE INDEX access_delegation_principal ON access_delegation (principal_id, until_day);

-- Down Migration

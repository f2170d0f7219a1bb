-- Up Migration

-- Three administrators in place of one: who runs the platform, who grants, who reviews.
ALTER TABLE access_user DROP CONSTRAINT access_user_role_check;
ALTER TABLE access_user DROP CONSTRAINT access_user_administrator_reach;
UPDATE access_user SET role = 'system-administrator' WHERE role = 'administrator';
ALTER TABLE access_user ADD CONSTRAINT access_user_role_check CHECK (role IN (
  'commission-leader', 'analyst', 'team-member', 'case-manager', 'unit-liaison', 'reader',
  'system-administrator', 'security-administrator', 'audit-administrator'));
-- What they do concerns the whole county.
ALTER TABLE access_user ADD CONSTRAINT access_user_county_roles CHECK (township_codes IS NULL OR role NOT IN (
  'commission-leader', 'system-administrator', 'security-administrator', 'audit-administrator'));

ALTER TABLE access_user
  -- Office or team, in words.
  ADD COLUMN office text NOT NULL DEFAULT '',
  -- Since when the person cannot sign in; null: may.
  ADD COLUMN locked_at_ms bigint,
  ADD COLUMN lock_reason text,
  -- Nobody knows the password: a first one has to be made, once.
  ADD COLUMN password_due boolean NOT NULL DEFAULT false;

-- From where a session was opened; null: before this was kept.
ALTER TABLE access_session ADD COLUMN address text;

-- What somebody proposed that a person may do, and what another said to it. Nothing of it takes effect before it is confirmed.
CREATE TABLE access_grant (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('make', 'change', 'reset', 'unlock')),
  -- Null: an account that is not made yet.
  user_id text REFERENCES access_user (id),
  account text NOT NULL,
  -- As it shall be, and as it was; null before: there was none.
  after jsonb NOT NULL,
  before jsonb,
  reason text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at_ms bigint NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'rejected', 'withdrawn')),
  settled_by text,
  settled_at_ms bigint,
  settle_reason text,
  CHECK ((kind = 'make') OR user_id IS NOT NULL),
  CHECK ((state = 'pending') = (settled_by IS NULL)),
  -- Who grants is not who reviews.
  CHECK (state NOT IN ('confirmed', 'rejected') OR settled_by <> proposed_by)
);
-- Of two that wait at once, the second would be confirmed on what is not so any more.
CREATE UNIQUE INDEX access_grant_pending ON access_grant (account) WHERE state = 'pending';
CREATE INDEX access_grant_newest ON access_grant (state, id DESC);

CREATE INDEX access_audit_time ON access_audit (at_ms DESC);

-- Down Migration

-- Up Migration

CREATE TABLE alert_team (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  is_default boolean NOT NULL DEFAULT false,
  -- 1 low, 2 medium, 3 high: findings below it are not told.
  min_severity smallint NOT NULL CHECK (min_severity BETWEEN 1 AND 3),
  webhook_url text,
  -- The signing key is derived from the installation's secret, the team and this number; it is stored nowhere. 0: none made.
  webhook_key_version integer NOT NULL DEFAULT 0,
  created_at_ms bigint NOT NULL
);
-- What no team is responsible for must reach somebody: there is one default team, never two.
CREATE UNIQUE INDEX alert_team_default ON alert_team (is_default) WHERE is_default;

CREATE TABLE alert_team_township (
  team_id text NOT NULL REFERENCES alert_team (id) ON DELETE CASCADE,
  township_code text NOT NULL,
  PRIMARY KEY (township_code, team_id)
);

CREATE TABLE alert_team_member (
  team_id text NOT NULL REFERENCES alert_team (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  PRIMARY KEY (team_id, user_id)
);

-- Hosts that webhooks may be sent to, `host` or `host:port`. Empty: none.
CREATE TABLE alert_webhook_host (
  host text PRIMARY KEY
);

-- The outbox. Written in the transaction that stores the finding, so that there is neither an alert without a finding nor
-- a finding without its alert.
CREATE TABLE alert_delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id text NOT NULL,
  -- Counts how often the finding had been withdrawn before: a finding that comes back is told again.
  round integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opened', 'withdrawn')),
  channel text NOT NULL CHECK (channel IN ('inbox', 'webhook')),
  -- Id of the person (inbox) or of the team (webhook).
  recipient text NOT NULL,
  team_id text NOT NULL,
  severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),
  title text NOT NULL,
  body text NOT NULL,
  township_code text,
  occurred_at_ms bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  -- Also the lease: whoever takes a delivery moves it ahead, and it comes back by itself if that process dies.
  next_attempt_at_ms bigint NOT NULL,
  delivered_at_ms bigint,
  last_error text,
  created_at_ms bigint NOT NULL,
  read_at_ms bigint,
  UNIQUE (finding_id, round, kind, channel, recipient)
);
CREATE INDEX alert_delivery_due ON alert_delivery (next_attempt_at_ms, id) WHERE state = 'waiting';
CREATE INDEX alert_delivery_inbox ON alert_delivery (recipient, id DESC) WHERE channel = 'inbox';
CREATE INDEX alert_delivery_unread ON alert_delivery (recipient) WHERE channel = 'inbox' AND read_at_ms IS NULL;

-- Down Migration

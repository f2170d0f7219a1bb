-- Up Migration

-- Where else a team is told: addresses of e-mail, robots of its chat groups.
CREATE TABLE team_channel (
  id text PRIMARY KEY,
  team_id text NOT NULL REFERENCES alert_team (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('email', 'wecom', 'dingtalk', 'feishu')),
  name text NOT NULL,
  -- Of the target what may be shown: the address of an e-mail, the end of a robot's token.
  shown text NOT NULL,
  -- Sealed under the installation's secret: whoever has a robot's token can write into its group.
  sealed_target text NOT NULL,
  -- Milder alerts are not sent this way.
  min_severity smallint NOT NULL CHECK (min_severity BETWEEN 1 AND 3),
  created_at_ms bigint NOT NULL,
  UNIQUE (team_id, name)
);

ALTER TABLE notice_delivery DROP CONSTRAINT alert_delivery_channel_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_channel_check
  CHECK (channel IN ('inbox', 'webhook', 'email', 'wecom', 'dingtalk', 'feishu'));

-- Messages that try a channel out. Added to whatever kinds there are.
DO $$
DECLARE
  before text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO before FROM pg_constraint
  WHERE conname = 'notice_delivery_kind_check' AND conrelid = 'notice_delivery'::regclass;
  ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_kind_check;
  EXECUTE format('ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (%s OR (subject_kind = %L AND kind = %L))',
    before, 'channel', 'channel-test');
END $$;

-- Down Migration

-- Up Migration

-- Short messages to a telephone, by the county's gateway.
ALTER TABLE team_channel DROP CONSTRAINT team_channel_kind_check;
ALTER TABLE team_channel ADD CONSTRAINT team_channel_kind_check CHECK (kind IN ('email', 'wecom', 'dingtalk', 'feishu', 'sms'));
ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_channel_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_channel_check
  CHECK (channel IN ('inbox', 'webhook', 'email', 'wecom', 'dingtalk', 'feishu', 'sms'));

-- Down Migration

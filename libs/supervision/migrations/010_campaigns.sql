-- Up Migration

-- Campaigns that look again at orders (专项复查). What they are stands in the history; here a copy of where each stands, for lists and locks.
CREATE TABLE supervision_campaign (
  -- Made by the client: what is sent twice is opened once.
  id text PRIMARY KEY,
  -- The first of those that repeat each other; its own id for one that does not repeat.
  series_id text NOT NULL,
  name text NOT NULL,
  basis text NOT NULL,
  begins_on date NOT NULL,
  ends_on date NOT NULL,
  lead_id text NOT NULL REFERENCES access_user (id),
  opener_id text NOT NULL REFERENCES access_user (id),
  -- Within whose reach all of its orders lay when they were picked; null: the whole county's.
  townships text[],
  pick jsonb NOT NULL,
  checklist text[] NOT NULL,
  questions jsonb NOT NULL,
  weekly boolean NOT NULL,
  -- Of a sample: what it was drawn by, of how many, and what those were.
  seed text,
  population integer NOT NULL CHECK (population > 0),
  population_digest text NOT NULL,
  picked integer NOT NULL CHECK (picked > 0 AND picked <= population),
  state text NOT NULL CHECK (state IN ('running', 'closed', 'cancelled')),
  -- All times are the county's.
  opened_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  steps integer NOT NULL CHECK (steps > 0),
  head_hash text NOT NULL,
  -- Each week is drawn once, whoever draws it.
  UNIQUE (series_id, begins_on),
  CHECK (ends_on >= begins_on)
);
CREATE INDEX supervision_campaign_changed ON supervision_campaign (changed_at_ms DESC, id DESC);

-- One picked order each; what was picked is never changed.
CREATE TABLE supervision_campaign_task (
  id text PRIMARY KEY,
  campaign_id text NOT NULL REFERENCES supervision_campaign (id),
  -- As the order was when it was picked: what becomes of it later is seen in its records.
  order_id text NOT NULL,
  unit_code text,
  township_code text,
  accepted_at_ms bigint NOT NULL,
  returns integer NOT NULL,
  state text NOT NULL CHECK (state IN ('unassigned', 'assigned', 'awaiting-confirmation', 'done')),
  inspector_id text REFERENCES access_user (id),
  result text CHECK (result IN ('no-problem', 'problem', 'unverifiable')),
  problem_kinds text[] NOT NULL DEFAULT '{}',
  answers jsonb NOT NULL DEFAULT '[]',
  changed_at_ms bigint NOT NULL,
  steps integer NOT NULL DEFAULT 0 CHECK (steps >= 0),
  head_hash text NOT NULL DEFAULT '',
  UNIQUE (campaign_id, order_id),
  CHECK ((state = 'unassigned') = (inspector_id IS NULL)),
  CHECK ((state IN ('awaiting-confirmation', 'done')) = (result IS NOT NULL))
);
CREATE INDEX supervision_campaign_task_inspector ON supervision_campaign_task (inspector_id, state);

-- Who has said that he may not judge a unit: nothing of that unit is given to him again.
CREATE TABLE supervision_campaign_recusal (
  user_id text NOT NULL REFERENCES access_user (id),
  unit_code text NOT NULL,
  PRIMARY KEY (user_id, unit_code)
);

-- The history of campaigns and of their tasks: each step names the hash of the one before.
CREATE TABLE supervision_campaign_step (
  owner_kind text NOT NULL CHECK (owner_kind IN ('campaign', 'campaign-task')),
  owner_id text NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  -- County clock.
  at_ms bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  taker_id text NOT NULL,
  taker_account text NOT NULL,
  content jsonb NOT NULL,
  state_after text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (owner_kind, owner_id, seq)
);

-- Which order an item of the ledger came of.
CREATE INDEX supervision_campaign_step_rectification ON supervision_campaign_step ((content->>'rectificationId'))
  WHERE content->>'step' = 'register-rectification';

CREATE FUNCTION supervision_campaign_step_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'supervision_campaign_step is append-only';
END $$;
CREATE TRIGGER supervision_campaign_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON supervision_campaign_step
  FOR EACH STATEMENT EXECUTE FUNCTION supervision_campaign_step_refuse();

-- What was picked stays picked: nobody takes out what turned out well or badly, nor puts in what he would like to find.
CREATE FUNCTION supervision_campaign_pick_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a campaign picked is never changed';
END $$;
CREATE TRIGGER supervision_campaign_task_kept BEFORE DELETE OR TRUNCATE ON supervision_campaign_task
  FOR EACH STATEMENT EXECUTE FUNCTION supervision_campaign_pick_refuse();
CREATE TRIGGER supervision_campaign_task_frozen BEFORE UPDATE ON supervision_campaign_task FOR EACH ROW
  WHEN ((OLD.id, OLD.campaign_id, OLD.order_id, OLD.unit_code, OLD.township_code, OLD.accepted_at_ms, OLD.returns)
    IS DISTINCT FROM (NEW.id, NEW.campaign_id, NEW.order_id, NEW.unit_code, NEW.township_code, NEW.accepted_at_ms, NEW.returns))
  EXECUTE FUNCTION supervision_campaign_pick_refuse();
CREATE TRIGGER supervision_campaign_kept BEFORE DELETE OR TRUNCATE ON supervision_campaign
  FOR EACH STATEMENT EXECUTE FUNCTION supervision_campaign_pick_refuse();

-- Down Migration

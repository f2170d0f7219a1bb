-- Up Migration

CREATE TABLE access_user (
  id text PRIMARY KEY,
  account text NOT NULL UNIQUE,
  display_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('analyst', 'administrator')),
  -- argon2id, in PHC notation.
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL,
  created_at_ms bigint NOT NULL
);

CREATE TABLE access_session (
  -- SHA-256 of the token: whoever reads this table cannot take over a session.
  token_digest text PRIMARY KEY,
  user_id text NOT NULL REFERENCES access_user (id) ON DELETE CASCADE,
  created_at_ms bigint NOT NULL,
  last_seen_at_ms bigint NOT NULL,
  -- Whatever happens, it ends then.
  expires_at_ms bigint NOT NULL
);
CREATE INDEX access_session_user ON access_session (user_id);
CREATE INDEX access_session_expiry ON access_session (expires_at_ms);

-- Laid out as rate-limiter-flexible expects it.
CREATE TABLE access_rate_limit (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);

CREATE TABLE access_audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms bigint NOT NULL,
  actor_id text,
  actor_account text NOT NULL,
  address text,
  action text NOT NULL,
  object text,
  reason text,
  succeeded boolean NOT NULL
);
CREATE INDEX access_audit_actor ON access_audit (actor_account, id DESC);

-- What was seen and done stays on record: the program itself cannot change or remove an entry.
CREATE FUNCTION access_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'access_audit is append-only';
END $$;
CREATE TRIGGER access_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_audit
  FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();

-- Down Migration

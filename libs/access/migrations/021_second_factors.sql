-- Up Migration

-- Codes of an app, by time. The secret is sealed with a key that is not in the database.
CREATE TABLE access_totp (
  user_id text PRIMARY KEY REFERENCES access_user (id) ON DELETE CASCADE,
  sealed_secret text NOT NULL,
  made_at_ms bigint NOT NULL,
  -- Null: shown, but no code of it has been typed yet; it is asked for at no sign-in.
  confirmed_at_ms bigint,
  -- Of the last code taken: none of it or of an earlier one is taken again.
  last_time_step bigint,
  CHECK (confirmed_at_ms IS NULL OR last_time_step IS NOT NULL)
);

-- Ways in without the app, each once. Digests by the same key: whoever reads the table can try none.
CREATE TABLE access_recovery_code (
  user_id text NOT NULL REFERENCES access_totp (user_id) ON DELETE CASCADE,
  digest text NOT NULL,
  used_at_ms bigint,
  PRIMARY KEY (user_id, digest)
);

-- Half signed in: the first step is done, a code is awaited. No session: it opens nothing else.
CREATE TABLE access_sign_in_step (
  token_digest text PRIMARY KEY,
  user_id text NOT NULL REFERENCES access_user (id) ON DELETE CASCADE,
  signed_in_by text NOT NULL CHECK (signed_in_by IN ('password', 'identity-service')),
  -- Of the password's hash at the first step: what was reset meanwhile leads nowhere.
  password_digest text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX access_sign_in_step_expiry ON access_sign_in_step (expires_at_ms);

ALTER TABLE access_session ADD COLUMN signed_in_by text NOT NULL DEFAULT 'password'
  CHECK (signed_in_by IN ('password', 'identity-service'));

-- Down Migration

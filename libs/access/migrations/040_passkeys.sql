-- Up Migration

-- Passkeys (通行密钥), in the place of a code of the app. With the app's secret they go: whoever loses a passkey still has the code.
CREATE TABLE access_passkey (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES access_totp (user_id) ON DELETE CASCADE,
  -- As the authenticator names it.
  credential_id text NOT NULL UNIQUE,
  name text NOT NULL,
  public_key bytea NOT NULL,
  -- How often it has signed; 0 for ever where it does not count. One that goes back is a copy.
  counter bigint NOT NULL,
  -- The site that it was made for: it is asked for there and nowhere else.
  rp_id text NOT NULL,
  transports text[] NOT NULL,
  -- Whether it can leave the device that made it, and has been copied to others of the person.
  syncable boolean NOT NULL,
  backed_up boolean NOT NULL,
  made_at_ms bigint NOT NULL,
  used_at_ms bigint,
  UNIQUE (user_id, name)
);

-- What an authenticator has to sign, once: of whoever is signed in and makes a passkey, or is half signed in and shows one.
CREATE TABLE access_passkey_challenge (
  -- Of the session's token, or of the half session's: nobody else answers it.
  holder_digest text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('enrol', 'sign-in')),
  user_id text NOT NULL REFERENCES access_user (id) ON DELETE CASCADE,
  challenge text NOT NULL,
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (holder_digest, purpose)
);
CREATE INDEX access_passkey_challenge_expiry ON access_passkey_challenge (expires_at_ms);

-- Down Migration
